import Glibc

/// An element with all that is in it, copied out of a document.
package struct XMLElement: Sendable, Equatable {
  /// As it was written, with its prefix.
  package var name: String
  /// In order, with their prefixes.
  package var attributes: [(name: String, value: String)] = []
  package var children: [XMLElement] = []
  /// The text directly inside, without what is inside children; empty where it is blank.
  package var text = ""

  /// Copies a node. The parser allows 256 levels, so recursion ends.
  init(_ node: UnsafeRawPointer, _ functions: XML.Functions) {
    name = XMLNode(node).name
    var attribute = XMLNode(node).attributes
    while let current = attribute {
      attributes.append((XMLNode(current).name, XMLNode(current).content(functions)))
      attribute = XMLNode(current).next
    }
    var child = XMLNode(node).children
    while let current = child {
      switch XMLNode(current).kind {
      case .element: children.append(XMLElement(current, functions))
      case .text, .data: text += XMLNode(current).content(functions)
      case .attribute, nil: break
      }
      child = XMLNode(current).next
    }
    if text.allSatisfy(\.isWhitespace) { text = "" }
  }

  package static func == (left: XMLElement, right: XMLElement) -> Bool {
    left.name == right.name && left.text == right.text && left.children == right.children
      && left.attributes.elementsEqual(right.attributes) { $0 == $1 }
  }
}

/// One thing that an XPath expression finds.
package enum XMLMatch: Sendable, Equatable {
  case element(XMLElement)
  /// An attribute's, a text's or a comment's content, or a computed text.
  case text(String)
  case number(Double)
  case bool(Bool)

  /// Reads an `xmlXPathObject` (xpath.h).
  static func all(in result: UnsafeRawPointer, _ functions: XML.Functions) -> [XMLMatch] {
    switch result.load(as: CInt.self) {
    case 1: return nodes(result.load(fromByteOffset: 8, as: UnsafeRawPointer?.self), functions)
    case 2: return [.bool(result.load(fromByteOffset: 16, as: CInt.self) != 0)]
    case 3: return [.number(result.load(fromByteOffset: 24, as: Double.self))]
    case 4:
      let text = result.load(fromByteOffset: 32, as: UnsafePointer<CChar>?.self)
      return [.text(text.map { String(cString: $0) } ?? "")]
    default: return []
    }
  }

  private static func nodes(_ set: UnsafeRawPointer?, _ functions: XML.Functions) -> [XMLMatch] {
    guard let set, let table = set.load(fromByteOffset: 8, as: UnsafePointer<UnsafeRawPointer>?.self) else {
      return []
    }
    return (0..<Int(set.load(as: CInt.self))).map { index in
      XMLNode(table[index]).kind == .element
        ? .element(XMLElement(table[index], functions)) : .text(XMLNode(table[index]).content(functions))
    }
  }
}

/// The fields of an `xmlNode` that are used; tree.h keeps them where they are for the sake of programs.
struct XMLNode {
  /// The kinds that are told apart: xmlElementType.
  enum Kind: CInt { case element = 1, attribute, text, data }

  private let node: UnsafeRawPointer

  init(_ node: UnsafeRawPointer) { self.node = node }

  var kind: Kind? { Kind(rawValue: node.load(fromByteOffset: 8, as: CInt.self)) }
  var children: UnsafeRawPointer? { node.load(fromByteOffset: 24, as: UnsafeRawPointer?.self) }
  var next: UnsafeRawPointer? { node.load(fromByteOffset: 48, as: UnsafeRawPointer?.self) }
  var attributes: UnsafeRawPointer? { node.load(fromByteOffset: 88, as: UnsafeRawPointer?.self) }

  /// With the prefix of its namespace.
  var name: String {
    let local = Self.text(node.load(fromByteOffset: 16, as: UnsafePointer<CChar>?.self))
    let namespace = node.load(fromByteOffset: 72, as: UnsafeRawPointer?.self)
    let prefix =
      namespace.map { Self.text($0.load(fromByteOffset: 24, as: UnsafePointer<CChar>?.self)) } ?? ""
    return prefix.isEmpty ? local : prefix + ":" + local
  }

  func content(_ functions: XML.Functions) -> String {
    let text = functions.content(node)
    defer { free(text) }
    return Self.text(text)
  }

  private static func text(_ pointer: UnsafePointer<CChar>?) -> String {
    pointer.map { String(cString: $0) } ?? ""
  }
}
