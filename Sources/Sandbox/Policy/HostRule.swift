import Glibc
import Posix

/// A rule about what may be connected to: `example.com`, `*.example.com`, `10.0.0.0/8`, `[::1]:8080`,
/// `example.com:443`, `*:25`. Without a port it is about all of them.
struct HostRule: Sendable, Equatable {
  private enum Place: Sendable, Equatable {
    case name(NamePattern)
    case network(HostAddress, bits: Int)
  }

  /// As it is written.
  let text: String
  private let place: Place
  /// Nil for a rule about all ports.
  let port: Int?

  /// Nil where the text is no such rule.
  init?(_ text: String) {
    self.text = text
    var host = text[...]
    var port: Int?
    if let colon = text.lastIndex(of: ":"), text.hasPrefix("[") || text.filter({ $0 == ":" }).count == 1,
      !text.hasSuffix("]")
    {
      guard let number = Int(text[text.index(after: colon)...]), (1...65535).contains(number) else {
        return nil
      }
      port = number
      host = text[..<colon]
    }
    if host.hasPrefix("["), host.hasSuffix("]") { host = host.dropFirst().dropLast() }
    self.port = port
    let parts = host.split(separator: "/", omittingEmptySubsequences: false)
    if let address = HostAddress(String(parts[0])) {
      let bits = parts.count == 2 ? Int(parts[1]) : address.width
      guard parts.count <= 2, let bits, (0...address.width).contains(bits) else { return nil }
      place = .network(address, bits: bits)
    } else {
      guard parts.count == 1, !host.isEmpty, host.allSatisfy({ !$0.isWhitespace && $0 != "@" }),
        !Self.resemblesAddress(host)
      else { return nil }
      place = .name(NamePattern(host.lowercased()))
    }
  }

  /// Whether a text was meant as addresses, such as `10.*`, which as a name's pattern would match none.
  private static func resemblesAddress(_ host: Substring) -> Bool {
    let isNumeric =
      host.allSatisfy { $0.isNumber || $0 == "." || $0 == "*" } && host.contains(where: \.isNumber)
    return isNumeric || HostAddress(spelled: String(host)) != nil
  }

  /// Whether a name as it was written, or an address spelled somehow, is or may be meant: without a port,
  /// one that is not known yet.
  func matches(_ name: HostName, port: Int?) -> Bool {
    guard self.port == nil || port == nil || self.port == port else { return false }
    if let address = name.address { return matches(address) }
    guard case .name(let pattern) = place else { return false }
    return pattern.matches(name.text)
  }

  /// Whether an address that is to be connected to is meant.
  func matches(address: HostAddress, port: Int) -> Bool {
    guard self.port == nil || self.port == port else { return false }
    return matches(address)
  }

  private func matches(_ address: HostAddress) -> Bool {
    switch place {
    case .name(let pattern): pattern.text == "*"
    case .network(let network, let bits): network.holds(address, bits: bits)
    }
  }
}

/// A host as somebody wrote it, read once for all rules.
struct HostName: Sendable {
  /// In small letters, without a dot at the end.
  let text: String
  /// Where it is an address, spelled somehow.
  let address: HostAddress?

  /// Reads a name.
  init(_ name: String) {
    address = HostAddress(spelled: name)
    let host = name.lowercased()
    text = host.hasSuffix(".") ? String(host.dropLast()) : host
  }
}

/// An IP address without regard to its spelling: IPv4-mapped, IPv4-compatible and translated (RFC 6052) ones
/// are the IPv4 address that they carry.
struct HostAddress: Sendable, Equatable {
  /// Four or sixteen.
  let bytes: [UInt8]
  var width: Int { bytes.count * 8 }

  private static let carriers: [[UInt8]] = [
    [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF], [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0],
    [0, 0x64, 0xFF, 0x9B, 0, 0, 0, 0, 0, 0, 0, 0],
  ]
  private static let loopback6: [UInt8] = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1]

  private init(sixteen: [UInt8]) {
    let carriesFour =
      sixteen != Self.loopback6 && sixteen.contains { $0 != 0 }
      && Self.carriers.contains { sixteen.starts(with: $0) }
    bytes = carriesFour ? Array(sixteen[12...]) : sixteen
  }

  private init(four number: UInt32) {
    bytes = [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: number >> $0) }
  }

  /// What is connected to; nil for a Unix socket.
  init?(_ address: SocketAddress) {
    switch address {
    case .ipv4(let number, _): self.init(four: number)
    case .ipv6(let sixteen, _, _): self.init(sixteen: sixteen)
    case .unix: return nil
    }
  }

  /// Reads the usual spelling; nil for names.
  init?(_ text: String) {
    guard let address = SocketAddress(host: text, port: 0) else { return nil }
    self.init(address)
  }

  /// Reads every spelling that resolvers take: `2130706433`, `0x7f.1`, `0177.0.0.1`, `[::1]`.
  init?(spelled text: String) {
    let bare = text.hasPrefix("[") && text.hasSuffix("]") ? String(text.dropFirst().dropLast()) : text
    let noZone = bare.split(separator: "%", maxSplits: 1).first.map(String.init) ?? bare
    if let address = HostAddress(noZone) {
      self = address
      return
    }
    var four = in_addr()
    let plain = noZone.hasSuffix(".") ? String(noZone.dropLast()) : noZone
    guard !plain.isEmpty, inet_aton(plain, &four) != 0 else { return nil }
    self.init(four: UInt32(bigEndian: four.s_addr))
  }

  /// The port that goes with an address; 0 for a Unix socket.
  static func port(of address: SocketAddress) -> Int {
    switch address {
    case .ipv4(_, let port), .ipv6(_, let port, _): Int(port)
    case .unix: 0
    }
  }

  /// Whether the first bits of both are the same.
  func holds(_ other: HostAddress, bits: Int) -> Bool {
    guard bytes.count == other.bytes.count else { return false }
    for (place, pair) in zip(bytes, other.bytes).enumerated() {
      let left = bits - place * 8
      if left <= 0 { return true }
      let mask = left >= 8 ? 0xFF : UInt8(truncatingIfNeeded: 0xFF << (8 - left))
      if pair.0 & mask != pair.1 & mask { return false }
    }
    return true
  }
}
