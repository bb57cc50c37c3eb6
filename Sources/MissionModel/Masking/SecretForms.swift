import Formats

/// The spellings in which a secret can turn up in a text: as it is, as filters and encodings leave it.
///
/// A pure table: what is not in it is not masked. An encoding of a text that merely holds the secret is
/// found, too: base64 is cut into groups of three bytes, so that a secret inside looks different at each of
/// three places, less the characters at both ends that its neighbours share.
package enum SecretForms {
  /// What is shorter would be found by chance, and would blot out half of a log.
  package static let leastBytes = 6
  /// Lines of a secret of several lines are masked one by one from this length on.
  private static let leastLineBytes = 12
  /// Encoders that break their lines do so here (RFC 2045 §6.8; `base64` of coreutils does).
  private static let encodedLineBytes = 76

  /// Every spelling of `secret` that is long enough to be looked for.
  package static func all(of secret: String) -> Set<[UInt8]> {
    var forms: Set<[UInt8]> = []
    let trimmed = PlaceholderParser.trim(secret)
    for text in [secret, trimmed, trimmed.lowercased(), trimmed.uppercased(), ShellWords.quote(secret)] {
      for spelling in spellings(of: text) { forms.insert(spelling) }
    }
    let lines = secret.utf8.split(separator: UInt8(ascii: "\n")).map(Array.init)
    if lines.count > 1 {
      for line in lines where line.count >= leastLineBytes {
        forms.insert(line.last == UInt8(ascii: "\r") ? line.dropLast() : line)
      }
    }
    return forms.filter { $0.count >= leastBytes }
  }

  private static func spellings(of text: String) -> [[UInt8]] {
    let bytes = Array(text.utf8)
    var found = [bytes]
    found += base64(bytes)
    found += percent(text)
    found += escaped(text)
    // A shell that quotes an inner quote ends one quotation and begins another.
    let quoted = Array(ShellWords.quote(text).utf8)
    if quoted != bytes { found.append(Array(quoted.dropFirst().dropLast())) }
    return found
  }

  private static func base64(_ bytes: [UInt8]) -> [[UInt8]] {
    var found: [[UInt8]] = []
    for before in 0..<3 {
      let encoded = Array(Base64.encode([UInt8](repeating: 0, count: before) + bytes).utf8)
      let start = (before * 8 + 5) / 6
      let whole = Array(encoded[start...])
      let unpadded = Array(whole.prefix { $0 != UInt8(ascii: "=") })
      let shared = (before + bytes.count) * 8 / 6
      found += [whole, unpadded, Array(encoded[start..<max(start, shared)])]
      guard before == 0, encoded.count > encodedLineBytes else { continue }
      for line in stride(from: 0, to: encoded.count, by: encodedLineBytes) {
        found.append(Array(encoded[line..<min(line + encodedLineBytes, encoded.count)]))
      }
    }
    return found + found.map(urlSafe)
  }

  /// The alphabet of RFC 4648 §5.
  private static func urlSafe(_ encoded: [UInt8]) -> [UInt8] {
    encoded.map { byte in
      switch byte {
      case UInt8(ascii: "+"): UInt8(ascii: "-")
      case UInt8(ascii: "/"): UInt8(ascii: "_")
      default: byte
      }
    }
  }

  private static func percent(_ text: String) -> [[UInt8]] {
    let component = PercentEncoding.encode(text)
    let path = PercentEncoding.encode(text, for: .path)
    let found = [Array(component.utf8), Array(path.utf8), plusForSpace(Array(component.utf8))]
    return found + found.map(lowerDigits)
  }

  /// The same as forms have it, where a space is a plus sign.
  private static func plusForSpace(_ encoded: [UInt8]) -> [UInt8] {
    var result: [UInt8] = []
    var rest = encoded[...]
    while let byte = rest.first {
      let isSpace = rest.starts(with: "%20".utf8)
      result.append(isSpace ? UInt8(ascii: "+") : byte)
      rest = rest.dropFirst(isSpace ? 3 : 1)
    }
    return result
  }

  /// The same with the digits behind each `%` in lower case.
  private static func lowerDigits(_ encoded: [UInt8]) -> [UInt8] {
    var result = encoded
    for (index, byte) in encoded.enumerated() where byte == UInt8(ascii: "%") {
      for digit in index + 1...index + 2 where digit < result.count && (65...70).contains(result[digit]) {
        result[digit] += 32
      }
    }
    return result
  }

  /// The inside of a JSON string (RFC 8259 §7): as missiond writes it, with `\/`, and all in ASCII.
  private static func escaped(_ text: String) -> [[UInt8]] {
    let plain = Array(JSON.string(text).compact.utf8.dropFirst().dropLast())
    let slashes = plain.flatMap { $0 == UInt8(ascii: "/") ? Array("\\/".utf8) : [$0] }
    var ascii: [UInt8] = []
    for unit in String(decoding: plain, as: UTF8.self).utf16 {
      if let byte = UInt8(exactly: unit), byte < 0x80 {
        ascii.append(byte)
      } else {
        ascii += Array("\\u".utf8) + Array(Hex.encode([UInt8(unit >> 8), UInt8(unit & 0xFF)]).utf8)
      }
    }
    // A document inside a document: its escapes are escaped once more.
    let twice = Array(JSON.string(String(decoding: plain, as: UTF8.self)).compact.utf8.dropFirst().dropLast())
    return [plain, slashes, ascii, twice]
  }
}
