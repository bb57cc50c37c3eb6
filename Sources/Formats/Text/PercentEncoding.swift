/// Percent-encoding (RFC 3986 §2.1), for targets, queries and connection strings.
package enum PercentEncoding {
  /// Which characters stay as they are besides letters, digits and `-._~`.
  package enum Place: Sendable {
    /// One component: everything else is encoded, `/` too.
    case component
    /// A path: `/` and what else a path segment may hold stay.
    case path

    fileprivate func keeps(_ byte: UInt8) -> Bool {
      switch byte {
      case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: return true
      case UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "~"): return true
      case UInt8(ascii: "/"), UInt8(ascii: ":"), UInt8(ascii: "@"), UInt8(ascii: "!"), UInt8(ascii: "$"),
        UInt8(ascii: "&"), UInt8(ascii: "'"), UInt8(ascii: "("), UInt8(ascii: ")"), UInt8(ascii: "*"),
        UInt8(ascii: "+"), UInt8(ascii: ","), UInt8(ascii: ";"), UInt8(ascii: "="):
        switch self {
        case .component: return false
        case .path: return true
        }
      default: return false
      }
    }
  }

  /// Encodes the UTF-8 of `text` for `place`.
  package static func encode(_ text: String, for place: Place = .component) -> String {
    var encoded: [UInt8] = []
    encoded.reserveCapacity(text.utf8.count)
    for byte in text.utf8 {
      if place.keeps(byte) {
        encoded.append(byte)
      } else {
        encoded.append(UInt8(ascii: "%"))
        encoded.append(contentsOf: Hex.encode([byte]).uppercased().utf8)
      }
    }
    return String(decoding: encoded, as: UTF8.self)
  }

  /// Decodes `text`; nil where a `%` lacks its two digits or the result is not UTF-8.
  ///
  /// In queries and forms, where `plusIsSpace`, a `+` becomes a space.
  package static func decode(_ text: some StringProtocol, plusIsSpace: Bool = false) -> String? {
    guard let bytes = decodeBytes(text, plusIsSpace: plusIsSpace) else { return nil }
    return UTF8Validation.firstInvalidByte(in: bytes) == nil ? String(decoding: bytes, as: UTF8.self) : nil
  }

  private static func decodeBytes(_ text: some StringProtocol, plusIsSpace: Bool) -> [UInt8]? {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(text.utf8.count)
    var iterator = text.utf8.makeIterator()
    while let byte = iterator.next() {
      switch byte {
      case UInt8(ascii: "%"):
        guard let high = iterator.next().flatMap(Hex.value(of:)),
          let low = iterator.next().flatMap(Hex.value(of:))
        else { return nil }
        bytes.append(high << 4 | low)
      case UInt8(ascii: "+") where plusIsSpace: bytes.append(UInt8(ascii: " "))
      default: bytes.append(byte)
      }
    }
    return bytes
  }
}
