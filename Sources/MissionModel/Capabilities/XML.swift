package import Formats

/// Parses, queries, validates and transforms XML off the executors (libxml2 and libxslt).
///
/// Nothing is fetched or opened: no external entities, no imported schemas or stylesheets, no network.
package struct XML: Sendable {
  /// Does all that a request asks for; fails where the text is not XML, or a library is missing.
  package var process: @Sendable (_ request: XMLRequest) async throws(StepFailure) -> XMLAnswer

  /// Makes the capability of its closure.
  package init(process: @escaping @Sendable (XMLRequest) async throws(StepFailure) -> XMLAnswer) {
    self.process = process
  }

  /// Refuses every document, saying that the library is missing.
  package static let unavailable = XML { request throws(StepFailure) in
    throw StepFailure("parse \(request.title): libxml2 is not on this host; install libxml2")
  }
}

/// A document, and what to do with it.
package struct XMLRequest: Sendable {
  /// A text and what messages call it.
  package struct Source: Sendable {
    package var title: String
    package var bytes: [UInt8]

    /// Names a text.
    package init(_ title: String, _ bytes: [UInt8]) {
      self.title = title
      self.bytes = bytes
    }
  }

  package var title: String
  package var bytes: [UInt8]
  /// An XPath 1.0 expression.
  package var query: String?
  /// Prefix to address, for the query.
  package var namespaces: [(prefix: String, uri: String)] = []
  /// An XSD that the document is to match.
  package var schema: Source?
  /// An XSLT 1.0 stylesheet to transform it by.
  package var stylesheet: Source?
  /// False where only the schema's verdict is wanted.
  package var wantsTree = true

  /// Asks for the tree of a document.
  package init(_ title: String, _ bytes: [UInt8]) {
    self.title = title
    self.bytes = bytes
  }
}

/// What became of a request.
package struct XMLAnswer: Sendable, Equatable {
  /// One thing that a schema finds wrong.
  package struct Violation: Sendable, Equatable {
    /// An XPath to the node at fault; empty for the whole document.
    package var path: String
    /// The kind of the mistake: a facet of XSD such as `minLength`, or a word for another rule.
    package var keyword: String
    package var message: String

    /// Describes what is wrong.
    package init(path: String, keyword: String, message: String) {
      self.path = path
      self.keyword = keyword
      self.message = message
    }
  }

  /// The root as `{name, attributes, children, text}`; null unless the tree was wanted.
  package var root: JSON = .null
  /// Each element in the order of the document, as `{element, content}`; empty unless the tree was wanted.
  package var elements: [JSON] = []
  /// What the query found: elements as the root is, all else as text, number or bool; nil without one.
  package var matches: [JSON]?
  /// What the stylesheet made; nil without one.
  package var result: String?
  /// What the schema finds wrong; nil without one.
  package var violations: [Violation]?

  /// Makes an answer to fill in.
  package init() {}
}
