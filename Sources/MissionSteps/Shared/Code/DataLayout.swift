package import Formats

/// The built-in form of files that hold data. Values are never touched.
package enum DataLayout {
  /// JSON with two blanks a level and a member a line; scalars stay byte for byte as they were written.
  ///
  /// - Throws: where it is not JSON.
  package static func json(_ bytes: [UInt8]) throws(JSONError) -> [UInt8] {
    _ = try JSONParser.parse(bytes)
    var out: [UInt8] = []
    out.reserveCapacity(bytes.count + bytes.count / 4)
    var depth = 0
    var isInString = false
    var isEscaped = false
    var isFresh = false
    func lineEnd(_ depth: Int) -> [UInt8] { [0x0A] + [UInt8](repeating: 0x20, count: 2 * depth) }
    for byte in bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? bytes.dropFirst(3) : bytes[...] {
      if isInString {
        out.append(byte)
        if !isEscaped, byte == UInt8(ascii: "\"") { isInString = false }
        isEscaped = !isEscaped && byte == UInt8(ascii: "\\")
        continue
      }
      if [0x20, 0x09, 0x0A, 0x0D].contains(byte) { continue }
      let closes = byte == UInt8(ascii: "}") || byte == UInt8(ascii: "]")
      if closes { depth -= 1 }
      // An empty list or map stays on its line.
      if closes != isFresh { out += lineEnd(depth) }
      isFresh = false
      out.append(byte)
      switch byte {
      case UInt8(ascii: "{"), UInt8(ascii: "["):
        depth += 1
        isFresh = true
      case UInt8(ascii: ","): out += lineEnd(depth)
      case UInt8(ascii: ":"): out.append(0x20)
      case UInt8(ascii: "\""): isInString = true
      default: break
      }
    }
    return out + [0x0A]
  }

  /// YAML without trailing blanks, with plain line ends and one at the end; as it was where any of that would
  /// change a value, as blanks in a block of text do.
  ///
  /// - Throws: where it is not YAML.
  package static func yaml(_ bytes: [UInt8]) throws(YAMLError) -> [UInt8] {
    let before = try YAMLParser.parseAll(bytes)
    var out: [UInt8] = []
    out.reserveCapacity(bytes.count + 1)
    for line in bytes.split(separator: 0x0A, omittingEmptySubsequences: false) {
      var line = line
      while let last = line.last, last == 0x20 || last == 0x09 || last == 0x0D { line.removeLast() }
      out += line + [0x0A]
    }
    while out.last == 0x0A { out.removeLast() }
    if !out.isEmpty { out.append(0x0A) }
    return try YAMLParser.parseAll(out) == before ? out : bytes
  }
}
