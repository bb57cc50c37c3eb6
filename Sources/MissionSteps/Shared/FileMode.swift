import Formats
package import MissionModel

/// Permission bits as people write them: octal digits, quoted or not.
package struct FileMode: Sendable, Equatable {
  package let bits: UInt32

  /// Reads `644`, `0644` and `0o644`; nil for anything else and beyond 7777.
  package init?(_ text: String) {
    var digits = Substring(text)
    if digits.hasPrefix("0o") { digits = digits.dropFirst(2) }
    guard (1...5).contains(digits.utf8.count), digits.utf8.allSatisfy({ (0x30...0x37).contains($0) }),
      let bits = UInt32(digits, radix: 8), bits <= 0o7777
    else { return nil }
    self.bits = bits
  }

  /// Bits as the kernel has them.
  package init(bits: UInt32) { self.bits = bits & 0o7777 }

  /// Four octal digits: `0644`.
  package var text: String {
    let digits = String(bits, radix: 8)
    return String(repeating: "0", count: max(0, 4 - digits.count)) + digits
  }
}

extension ParameterKind where Value == FileMode {
  /// Permission bits in octal digits; an unquoted 644 means the same as "644".
  package static var fileMode: ParameterKind {
    ParameterKind(
      expectation: "octal digits such as \"644\"",
      schema: ["type": ["string", "integer"], "pattern": "^(0o)?[0-7]{1,5}$"], stand: FileMode(bits: 0),
      encode: { .string($0.text) }
    ) { value, rules in
      switch value {
      case .string(let text): rules.isOpen(text) ? FileMode(bits: 0) : FileMode(text)
      case .integer(let number): FileMode(String(number))
      case .null, .bool, .double, .decimal, .array, .object: nil
      }
    }
  }
}
