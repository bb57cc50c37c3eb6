import Glibc

/// A parsed XML document.
///
/// It belongs to the thread that parsed it.
package final class XMLDocument {
  private(set) var pointer: OpaquePointer?
  private let functions: XML.Functions

  /// Steps of XPath evaluations that are allowed, so that no expression takes a thread for itself.
  private static let queryLimit: UInt = 50_000_000
  /// Where `xmlXPathContext.opLimit` stands (xpath.h); there from 2.9.9 on.
  private static let queryLimitOffset = 352

  init(_ pointer: OpaquePointer, _ functions: XML.Functions) {
    self.pointer = pointer
    self.functions = functions
  }

  deinit { functions.freeDocument(pointer) }

  /// Gives the document away: whoever takes it frees it.
  func release() -> OpaquePointer? {
    defer { pointer = nil }
    return pointer
  }

  /// The whole tree.
  package var root: XMLElement? {
    functions.rootElement(pointer).map { XMLElement(UnsafeRawPointer($0), functions) }
  }

  /// What an XPath expression finds. Namespaces are given as prefix and address.
  package func matches(
    of expression: String, namespaces: [(prefix: String, uri: String)]
  ) throws(XMLError) -> [XMLMatch] {
    guard let context = functions.makeQueryContext(pointer) else { throw .query("out of memory") }
    defer { functions.freeQueryContext(context) }
    UnsafeMutableRawPointer(context).storeBytes(
      of: Self.queryLimit, toByteOffset: Self.queryLimitOffset, as: UInt.self)
    for (prefix, uri) in namespaces where functions.registerNamespace(context, prefix, uri) != 0 {
      throw .query("the prefix \"\(prefix)\" cannot stand for \"\(uri)\"")
    }
    let notes = XMLNotes()
    let result = notes.collecting(functions) { functions.evaluate(expression, context) }
    defer { functions.freeQueryResult(result) }
    guard let result, notes.first == nil else {
      throw .query(notes.first?.message ?? "it cannot be evaluated")
    }
    return XMLMatch.all(in: UnsafeRawPointer(result), functions)
  }

  /// What an XSD, itself XML, finds wrong.
  package func violations(of schema: [UInt8], title: String) throws(XMLError) -> [XMLViolation] {
    let notes = XMLNotes()
    let functions = functions
    let compiled: OpaquePointer? = notes.collecting(functions) {
      schema.withUnsafeBytes { buffer in
        guard let parser = functions.makeSchemaParser(buffer.baseAddress, CInt(buffer.count)) else {
          return nil
        }
        defer { functions.freeSchemaParser(parser) }
        functions.setSchemaParserErrors(parser, XMLNotes.take, notes.context)
        return functions.parseSchema(parser)
      }
    }
    defer { functions.freeSchema(compiled) }
    if let refusal = notes.refusal { throw .schema(refusal) }
    guard let compiled, notes.first == nil else {
      // The library's name for a schema that was handed over in memory tells nobody anything.
      let words = notes.first?.located ?? "it is no XSD"
      throw .schema(words.replacing("the XML document 'in_memory_buffer'", with: "it"))
    }
    guard let validator = functions.makeValidator(compiled) else { throw .schema("out of memory") }
    defer { functions.freeValidator(validator) }
    let found = XMLNotes()
    let verdict = found.collecting(functions) {
      functions.setValidatorErrors(validator, XMLNotes.take, found.context)
      return functions.validate(validator, pointer)
    }
    guard verdict >= 0 else { throw .schema("the library failed with \(verdict)") }
    return found.notes.map { XMLViolation($0, functions) }
  }
}

/// One thing that an XSD finds wrong.
package struct XMLViolation: Sendable, Equatable {
  /// An XPath to the node; empty for the whole document.
  package let path: String
  /// A facet such as `minLength`, or a word for the rule.
  package let keyword: String
  package let message: String

  init(_ note: XMLNotes.Note, _ functions: XML.Functions) {
    let text = note.node.flatMap { functions.nodePath($0) }
    defer { free(text) }
    path = text.map { String(cString: $0) } ?? ""
    keyword = Self.facet(in: note.message) ?? Self.rule(note.code)
    message = note.located
  }

  /// The name in `[facet 'minLength']`.
  private static func facet(in message: String) -> String? {
    let parts = message.split(separator: "[facet '", maxSplits: 1)
    return parts.count == 2 ? parts[1].split(separator: "'").first.map(String.init) : nil
  }

  /// A word for the rules of validation that occur most (xmlParserErrors).
  private static func rule(_ code: CInt) -> String {
    switch code {
    case 1824, 1825: "type"
    case 1845: "root"
    case 1866, 1867, 1868: "attribute"
    case 1871: "content"
    default: "xsd"
    }
  }
}
