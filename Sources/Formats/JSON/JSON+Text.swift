extension JSON {
  /// The value as JSON text without any white space.
  package var compact: String { String(decoding: compactBytes, as: UTF8.self) }

  /// The same as bytes, which are not copied once more.
  package var compactBytes: [UInt8] {
    var writer = JSONWriter()
    writer.value(self)
    return writer.bytes
  }

  /// The value as JSON text for people: two spaces a level, empty lists and maps on one line.
  package var pretty: String {
    var text: [UInt8] = []
    appendPretty(to: &text, indent: 0)
    return String(decoding: text, as: UTF8.self)
  }

  private func appendPretty(to text: inout [UInt8], indent: Int) {
    switch self {
    case .array(let elements) where !elements.isEmpty:
      text.append(UInt8(ascii: "["))
      for (index, element) in elements.enumerated() {
        Self.startLine(in: &text, indent: indent + 1, first: index == 0)
        element.appendPretty(to: &text, indent: indent + 1)
      }
      Self.startLine(in: &text, indent: indent, first: true)
      text.append(UInt8(ascii: "]"))
    case .object(let members) where !members.isEmpty:
      text.append(UInt8(ascii: "{"))
      for (index, member) in members.enumerated() {
        Self.startLine(in: &text, indent: indent + 1, first: index == 0)
        text.appendJSONString(member.key)
        text.append(UInt8(ascii: ":"))
        text.append(UInt8(ascii: " "))
        member.value.appendPretty(to: &text, indent: indent + 1)
      }
      Self.startLine(in: &text, indent: indent, first: true)
      text.append(UInt8(ascii: "}"))
    case .null, .bool, .integer, .double, .decimal, .string, .array, .object:
      var written: [UInt8] = []
      swap(&written, &text)  // else the writer would copy what both still hold
      var writer = JSONWriter(appendingTo: written)
      writer.value(self)
      text = writer.bytes
    }
  }

  private static func startLine(in text: inout [UInt8], indent: Int, first: Bool) {
    if !first { text.append(UInt8(ascii: ",")) }
    text.append(UInt8(ascii: "\n"))
    text.append(contentsOf: repeatElement(UInt8(ascii: " "), count: indent * 2))
  }
}
