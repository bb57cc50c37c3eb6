import Glibc

/// libxml2, the library of XML, XPath 1.0 and XSD.
///
/// Every call here takes its time on the calling thread. Nothing is ever fetched or opened: the loader of
/// external entities, which also serves imports of schemas and stylesheets, is one that refuses.
package struct XML: Sendable {
  /// The host's library.
  package static let host = XML()

  let library: SharedLibrary<Functions>

  /// Finds the library through `lookup` when the first document is parsed.
  package init(lookup: LibraryLookup = .host) {
    library = SharedLibrary(
      ["libxml2.so.2", "libxml2.so.16"], package: "libxml2", lookup: lookup
    ) { symbols throws(LibraryError) in
      let functions = try Functions(symbols)
      functions.initialize()
      functions.setEntityLoader(XMLRefusals.refuse)
      return functions
    }
  }

  /// Parses `bytes`, in whatever encoding they say they are. `title` is what messages call them.
  package func parse(_ bytes: [UInt8], title: String) throws(XMLError) -> XMLDocument {
    let functions = try loaded()
    guard bytes.count <= Int(Int32.max) else { throw .notXML("the text is longer than 2 GiB") }
    let notes = XMLNotes()
    let document = notes.collecting(functions) {
      bytes.withUnsafeBytes { buffer in
        functions.read(
          buffer.baseAddress, CInt(buffer.count), title, nil,
          Option.substituteEntities | Option.noNetwork | Option.mergeCDATA | Option.bigLines)
      }
    }
    let owned = document.map { XMLDocument($0, functions) }
    if let refusal = notes.refusal { throw .notXML(refusal) }
    guard let owned, notes.first == nil else { throw .notXML(notes.first?.located ?? "the text is empty") }
    return owned
  }

  func loaded() throws(XMLError) -> Functions {
    do throws(LibraryError) { return try library.functions() } catch { throw .library(error) }
  }

  /// xmlParserOption.
  private enum Option {
    static let substituteEntities: CInt = 1 << 1
    static let noNetwork: CInt = 1 << 11
    static let mergeCDATA: CInt = 1 << 14
    static let bigLines: CInt = 1 << 22
  }
}

/// Why an XML document could not be worked on.
package enum XMLError: Error, Equatable, CustomStringConvertible {
  case library(LibraryError)
  case notXML(String)
  case query(String)
  case schema(String)
  case stylesheet(String)
  case transformation(String)

  package var description: String {
    switch self {
    case .library(let error): error.description
    case .notXML(let message), .query(let message), .schema(let message), .stylesheet(let message),
      .transformation(let message):
      message
    }
  }
}

extension XML {
  /// The error function that the library calls: its context, then an `xmlError`.
  typealias ErrorFunction =
    @convention(c) @Sendable (UnsafeMutableRawPointer?, UnsafeMutableRawPointer?) -> Void
  /// An `xmlExternalEntityLoader`.
  typealias EntityLoader =
    @convention(c) @Sendable (UnsafePointer<CChar>?, UnsafePointer<CChar>?, OpaquePointer?) -> OpaquePointer?
  /// A function that frees, or prepares, one thing.
  typealias Action = @convention(c) @Sendable (OpaquePointer?) -> Void
  /// A function that makes one thing of another.
  typealias Making = @convention(c) @Sendable (OpaquePointer?) -> OpaquePointer?

  /// The functions of libxml2 that are used.
  struct Functions: Sendable {
    let initialize: @convention(c) @Sendable () -> Void
    let setEntityLoader: @convention(c) @Sendable (EntityLoader) -> Void
    let setErrorFunction: @convention(c) @Sendable (UnsafeMutableRawPointer?, ErrorFunction?) -> Void
    let read:
      @convention(c) @Sendable (
        UnsafeRawPointer?, CInt, UnsafePointer<CChar>?, UnsafePointer<CChar>?, CInt
      ) -> OpaquePointer?
    let freeDocument: Action
    let rootElement: Making
    let content: @convention(c) @Sendable (UnsafeRawPointer?) -> UnsafeMutablePointer<CChar>?
    let nodePath: @convention(c) @Sendable (UnsafeRawPointer?) -> UnsafeMutablePointer<CChar>?
    let makeQueryContext: Making
    let freeQueryContext: Action
    let registerNamespace:
      @convention(c) @Sendable (OpaquePointer?, UnsafePointer<CChar>, UnsafePointer<CChar>) -> CInt
    let evaluate: @convention(c) @Sendable (UnsafePointer<CChar>, OpaquePointer?) -> OpaquePointer?
    let freeQueryResult: Action
    let makeSchemaParser: @convention(c) @Sendable (UnsafeRawPointer?, CInt) -> OpaquePointer?
    let freeSchemaParser: Action
    let setSchemaParserErrors:
      @convention(c) @Sendable (OpaquePointer?, ErrorFunction, UnsafeMutableRawPointer?) -> Void
    let parseSchema: Making
    let freeSchema: Action
    let makeValidator: Making
    let freeValidator: Action
    let setValidatorErrors:
      @convention(c) @Sendable (OpaquePointer?, ErrorFunction, UnsafeMutableRawPointer?) -> Void
    let validate: @convention(c) @Sendable (OpaquePointer?, OpaquePointer?) -> CInt

    /// The first version whose XPath contexts have a limit of steps: 2.9.10.
    private static let leastVersion = 20910

    init(_ symbols: LibrarySymbols) throws(LibraryError) {
      let version = try symbols.variable("xmlParserVersion").load(as: UnsafePointer<CChar>?.self)
      guard let version, let number = Int(String(cString: version).prefix { $0.isNumber }),
        number >= Self.leastVersion
      else {
        throw .incomplete(
          library: symbols.library, package: symbols.package, function: "limit of XPath steps (2.9.10)")
      }
      initialize = try symbols.function("xmlInitParser")
      setEntityLoader = try symbols.function("xmlSetExternalEntityLoader")
      setErrorFunction = try symbols.function("xmlSetStructuredErrorFunc")
      read = try symbols.function("xmlReadMemory")
      freeDocument = try symbols.function("xmlFreeDoc")
      rootElement = try symbols.function("xmlDocGetRootElement")
      content = try symbols.function("xmlNodeGetContent")
      nodePath = try symbols.function("xmlGetNodePath")
      makeQueryContext = try symbols.function("xmlXPathNewContext")
      freeQueryContext = try symbols.function("xmlXPathFreeContext")
      registerNamespace = try symbols.function("xmlXPathRegisterNs")
      evaluate = try symbols.function("xmlXPathEvalExpression")
      freeQueryResult = try symbols.function("xmlXPathFreeObject")
      makeSchemaParser = try symbols.function("xmlSchemaNewMemParserCtxt")
      freeSchemaParser = try symbols.function("xmlSchemaFreeParserCtxt")
      setSchemaParserErrors = try symbols.function("xmlSchemaSetParserStructuredErrors")
      parseSchema = try symbols.function("xmlSchemaParse")
      freeSchema = try symbols.function("xmlSchemaFree")
      makeValidator = try symbols.function("xmlSchemaNewValidCtxt")
      freeValidator = try symbols.function("xmlSchemaFreeValidCtxt")
      setValidatorErrors = try symbols.function("xmlSchemaSetValidStructuredErrors")
      validate = try symbols.function("xmlSchemaValidateDoc")
    }
  }
}
