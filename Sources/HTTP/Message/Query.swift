/// The query of a request target as names and values, in order: `a=1&b=two+words&c`.
package struct Query: Sendable, Equatable {
  /// One pair; a name without `=` has an empty value.
  package struct Item: Sendable, Equatable {
    package let name: String
    package let value: String
  }

  /// All pairs, in order.
  package let items: [Item]

  /// Reads the text after the `?`; pairs are parted by `&`, `+` is a space, escapes are decoded.
  package init(_ text: String) {
    items = text.utf8.split(separator: UInt8(ascii: "&")).map { pair in
      let equals = pair.firstIndex(of: UInt8(ascii: "=")) ?? pair.endIndex
      let value = equals < pair.endIndex ? pair[pair.index(after: equals)...] : pair[pair.endIndex...]
      return Item(
        name: PercentCoding.decode(pair[..<equals], plusIsSpace: true),
        value: PercentCoding.decode(value, plusIsSpace: true))
    }
  }

  /// The first value with this name.
  package subscript(name: String) -> String? { items.first { $0.name == name }?.value }

  /// All values with this name, in order.
  package func values(_ name: String) -> [String] { items.filter { $0.name == name }.map(\.value) }

  /// The pairs whose name starts with `prefix`, as in `label.KEY` and `context.NAME`; the names without it.
  package func items(prefixed prefix: String) -> [Item] {
    items.filter { $0.name.hasPrefix(prefix) }
      .map { Item(name: String($0.name.dropFirst(prefix.count)), value: $0.value) }
  }
}
