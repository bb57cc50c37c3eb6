/// Amounts of bytes as people write and read them.
package enum ByteSize {
  private static let units: [(suffix: String, bytes: Int64)] = [
    ("KiB", 1 << 10), ("MiB", 1 << 20), ("GiB", 1 << 30), ("TiB", 1 << 40),
  ]

  /// Writes `bytes` with at most one decimal: `512 B`, `1.5 KiB`, `3 GiB`.
  package static func describe(_ bytes: Int64) -> String {
    guard let unit = units.last(where: { bytes.magnitude >= $0.bytes.magnitude }) else { return "\(bytes) B" }
    let tenths = (Double(bytes) / Double(unit.bytes) * 10).rounded()
    let whole = Int64(tenths) / 10
    let rest = (Int64(tenths) % 10).magnitude
    return rest == 0 ? "\(whole) \(unit.suffix)" : "\(whole).\(rest) \(unit.suffix)"
  }

  /// Reads `4096`, `16 MiB`, `16M`, `1.5GB`; nil for anything else and beyond `Int64`.
  ///
  /// All letters count in powers of 1024, as memory and disk limits do.
  package static func parse(_ text: String) -> Int64? {
    let number = text.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
    guard let amount = Double(number), amount.isFinite else { return nil }
    var suffix = text.dropFirst(number.count).lowercased()
    suffix.removeAll { $0 == " " }
    let factor: Int64
    switch suffix {
    case "", "b": factor = 1
    case "k", "kb", "kib": factor = 1 << 10
    case "m", "mb", "mib": factor = 1 << 20
    case "g", "gb", "gib": factor = 1 << 30
    case "t", "tb", "tib": factor = 1 << 40
    default: return nil
    }
    let bytes = amount * Double(factor)
    return bytes == bytes.rounded() ? Int64(exactly: bytes) : nil
  }
}
