/// The character classes of RFC 9110 §5.6 and RFC 3986, on bytes.
extension UInt8 {
  static let lineFeed: UInt8 = 0x0A
  static let carriageReturn: UInt8 = 0x0D
  static let space: UInt8 = 0x20
  static let tab: UInt8 = 0x09
  static let colon: UInt8 = 0x3A
  static let percent: UInt8 = 0x25

  var asciiLowercased: UInt8 { self &- 0x41 < 26 ? self | 0x20 : self }

  var isDigit: Bool { self &- 0x30 < 10 }

  var isBlank: Bool { self == .space || self == .tab }

  /// `tchar`: what method and field names are made of.
  var isToken: Bool {
    // One bit per ASCII character, below and from 64: letters, digits and !#$%&'*+-.^_`|~
    if self < 64 { return 0x03FF_6CFA_0000_0000 >> UInt64(self) & 1 == 1 }
    return self < 128 && 0x57FF_FFFF_C7FF_FFFE >> UInt64(self - 64) & 1 == 1
  }

  /// What may stand in a field value: no control character but the tab; bytes from 0x80 are opaque.
  var isFieldContent: Bool { self >= 0x20 && self != 0x7F || self == .tab }

  /// What may stand in a request target: printable ASCII without the space.
  var isTargetContent: Bool { self > 0x20 && self < 0x7F }

  /// The value of a hexadecimal digit; nil for anything else.
  var hexValue: Int? {
    switch self {
    case 0x30...0x39: Int(self) - 0x30
    case 0x41...0x46: Int(self) - 0x37
    case 0x61...0x66: Int(self) - 0x57
    default: nil
    }
  }
}

extension StringProtocol {
  /// ASCII letters compare without regard to case, everything else exactly.
  func equalsIgnoringCase(_ other: some StringProtocol) -> Bool {
    utf8.elementsEqual(other.utf8) { $0.asciiLowercased == $1.asciiLowercased }
  }
}

extension Substring {
  /// Without the spaces and tabs at either end.
  var trimmingBlanks: Substring {
    var rest = utf8
    while let first = rest.first, first.isBlank { rest.removeFirst() }
    while let last = rest.last, last.isBlank { rest.removeLast() }
    return Substring(rest)
  }
}
