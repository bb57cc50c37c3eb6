/// Which JSON value a scalar of YAML is, by the core schema of YAML 1.2 (§10.3.2).
enum YAMLScalar {
  /// Why a scalar has no JSON value.
  struct Refusal: Error {
    let message: String
  }

  private static let tagPrefix = "tag:yaml.org,2002:"

  /// Appends the JSON value of a scalar; only an unquoted one can be anything but a string.
  @inline(__always)
  static func append(
    _ text: UnsafeBufferPointer<UInt8>, isPlain: Bool, tag: UnsafePointer<UInt8>?, to json: inout [UInt8]
  ) throws(Refusal) {
    if tag == nil {
      guard isPlain, mayBeSpecial(text) else { return json.appendJSONString(text) }
      return try appendResolved(text, to: &json)
    }
    try appendTagged(text, tag: tag, to: &json)
  }

  /// Whether the first byte is one that a null, bool or number begins with.
  @inline(__always)
  private static func mayBeSpecial(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
    guard let first = text.first else { return true }
    switch first {
    case 0x30...0x39, UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "~"),
      UInt8(ascii: "n"), UInt8(ascii: "N"), UInt8(ascii: "t"), UInt8(ascii: "T"), UInt8(ascii: "f"),
      UInt8(ascii: "F"):
      return true
    default: return false
    }
  }

  private static func appendResolved(
    _ text: UnsafeBufferPointer<UInt8>, to json: inout [UInt8]
  ) throws(Refusal) {
    if let word = word(text) {
      json.append(contentsOf: word.utf8)
    } else if try !appendNumber(text, to: &json) {
      json.appendJSONString(text)
    }
  }

  /// The JSON spelling of a null or bool; nil for everything else.
  private static func word(_ text: UnsafeBufferPointer<UInt8>) -> String? {
    guard text.count <= 5 else { return nil }
    switch String(decoding: text, as: UTF8.self) {
    case "", "~", "null", "Null", "NULL": return "null"
    case "true", "True", "TRUE": return "true"
    case "false", "False", "FALSE": return "false"
    default: return nil
    }
  }

  private static func appendTagged(
    _ text: UnsafeBufferPointer<UInt8>, tag: UnsafePointer<UInt8>?, to json: inout [UInt8]
  ) throws(Refusal) {
    let tag = tag.map { String(cString: $0) } ?? ""
    let written = String(decoding: text, as: UTF8.self)
    switch tag.hasPrefix(tagPrefix) ? String(tag.dropFirst(tagPrefix.count)) : tag {
    case "str", "!": return json.appendJSONString(text)
    case "null":
      if word(text) == "null" { return json.append(contentsOf: "null".utf8) }
    case "bool":
      if let word = word(text), word != "null" { return json.append(contentsOf: word.utf8) }
    case "int":
      if !written.contains(where: { ".eE".contains($0) }) || written.hasPrefix("0x"),
        try appendNumber(text, to: &json)
      {
        return
      }
    case "float":
      if try appendNumber(text, to: &json) { return }
    default: throw Refusal(message: "the tag \(shown(tag)) is not supported: JSON has no such type")
    }
    throw Refusal(message: "\"\(written)\" is not what its tag \(shown(tag)) says")
  }

  /// A tag as it is written in a document: `!!int`.
  static func shown(_ tag: String) -> String {
    tag.hasPrefix(tagPrefix) ? "!!" + tag.dropFirst(tagPrefix.count) : tag
  }

  /// Appends a number in JSON's spelling, digits and all; false if the text is none.
  private static func appendNumber(
    _ text: UnsafeBufferPointer<UInt8>, to json: inout [UInt8]
  ) throws(Refusal) -> Bool {
    var index = 0
    let first = text.first ?? 0
    let isSigned = first == UInt8(ascii: "-") || first == UInt8(ascii: "+")
    if isSigned { index = 1 }
    guard index < text.count else { return false }
    if !isSigned, text.count > 2, text[0] == UInt8(ascii: "0") {
      if text[1] == UInt8(ascii: "o") { return try appendInteger(text, radix: 8, to: &json) }
      if text[1] == UInt8(ascii: "x") { return try appendInteger(text, radix: 16, to: &json) }
    }
    try refuseInfinite(text, from: index)
    guard let parts = DecimalParts(text, from: index) else { return false }
    if first == UInt8(ascii: "-") { json.append(first) }
    parts.append(to: &json, from: text)
    return true
  }

  private static func appendInteger(
    _ text: UnsafeBufferPointer<UInt8>, radix: Int, to json: inout [UInt8]
  ) throws(Refusal) -> Bool {
    let digits = String(decoding: text[2...], as: UTF8.self)
    let isNumber = digits.utf8.allSatisfy { byte in Hex.value(of: byte).map { Int($0) < radix } ?? false }
    guard isNumber else { return false }
    guard let value = UInt64(digits, radix: radix) else {
      throw Refusal(
        message: "the number \(String(decoding: text, as: UTF8.self)) is too large: 64 bits are the limit")
    }
    json.append(contentsOf: String(value).utf8)
    return true
  }

  private static func refuseInfinite(
    _ text: UnsafeBufferPointer<UInt8>, from index: Int
  ) throws(Refusal) {
    guard text[index] == UInt8(ascii: "."), text.count - index == 4 else { return }
    let written = String(decoding: text, as: UTF8.self)
    switch String(decoding: text[index...], as: UTF8.self) {
    case ".inf", ".Inf", ".INF": break
    case ".nan", ".NaN", ".NAN": if index > 0 { return }
    default: return
    }
    throw Refusal(message: "JSON has no number for \(written): quote it if it is meant as text")
  }

  /// Where the parts of a decimal number lie in its text.
  private struct DecimalParts {
    var whole: Range<Int>
    var fraction: Range<Int>
    var exponent: Range<Int>

    init?(_ text: UnsafeBufferPointer<UInt8>, from start: Int) {
      var index = start
      func digits() -> Range<Int> {
        let first = index
        while index < text.count, text[index] &- 0x30 < 10 { index += 1 }
        return first..<index
      }
      whole = digits()
      fraction = index..<index
      exponent = index..<index
      if index < text.count, text[index] == UInt8(ascii: ".") {
        index += 1
        fraction = digits()
      }
      guard !whole.isEmpty || !fraction.isEmpty else { return nil }
      if index < text.count, text[index] | 0x20 == UInt8(ascii: "e") {
        let mark = index
        index += 1
        if index < text.count, text[index] == UInt8(ascii: "+") || text[index] == UInt8(ascii: "-") {
          index += 1
        }
        guard !digits().isEmpty else { return nil }
        exponent = mark..<index
      }
      guard index == text.count else { return nil }
      isWhole = fraction.isEmpty && exponent.isEmpty && whole.upperBound == text.count
    }

    private let isWhole: Bool

    func append(to json: inout [UInt8], from text: UnsafeBufferPointer<UInt8>) {
      let significant = whole.drop { text[$0] == UInt8(ascii: "0") }
      if significant.isEmpty {
        json.append(UInt8(ascii: "0"))
      } else {
        json.append(contentsOf: text[significant])
      }
      guard !isWhole else { return }
      if !fraction.isEmpty {
        json.append(UInt8(ascii: "."))
        json.append(contentsOf: text[fraction])
      } else if exponent.isEmpty {
        json.append(contentsOf: ".0".utf8)
      }
      json.append(contentsOf: text[exponent])
    }
  }
}
