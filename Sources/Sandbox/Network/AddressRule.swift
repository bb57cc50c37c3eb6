package import Posix

/// Says which addresses may be connected to. Asked after names were looked up.
package struct AddressRule: Sendable {
  /// Why an address is refused; nil where it is not.
  package let refusal: @Sendable (SocketAddress) -> String?

  /// Makes a rule of its closure.
  package init(refusal: @escaping @Sendable (SocketAddress) -> String?) { self.refusal = refusal }

  /// Everything but the services at which clouds hand credentials to whoever asks from inside a machine.
  package static let standard = AddressRule { address in
    isCloudMetadata(address)
      ? "\(address) is a cloud metadata service, which the policy does not allow" : nil
  }

  /// 169.254.169.254 (most clouds), 169.254.170.2 (containers of AWS), 100.100.100.200 (Alibaba),
  /// 168.63.129.16 (Azure), 192.0.0.192 (Oracle) and fd00:ec2::254, also as mapped and translated ones.
  private static let metadata: Set<UInt32> = [
    0xA9FE_A9FE, 0xA9FE_AA02, 0x6464_64C8, 0xA83F_8110, 0xC000_00C0,
  ]
  private static let metadata6: [UInt8] = [0xFD, 0, 0x0E, 0xC2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x02, 0x54]
  /// IPv4-mapped, IPv4-compatible and the well-known prefix of NAT64 (RFC 6052).
  private static let carriers: [[UInt8]] = [
    [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF], [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0],
    [0, 0x64, 0xFF, 0x9B, 0, 0, 0, 0, 0, 0, 0, 0],
  ]

  private static func isCloudMetadata(_ address: SocketAddress) -> Bool {
    switch address {
    case .ipv4(let number, _): metadata.contains(number)
    case .ipv6(let bytes, _, _):
      bytes == metadata6
        || carriers.contains { bytes.starts(with: $0) }
          && metadata.contains(bytes[12...].reduce(0) { $0 << 8 | UInt32($1) })
    case .unix: false
    }
  }
}
