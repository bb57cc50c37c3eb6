import Foundation

/// A TCP port of the loopback that was free a moment ago, and is given to nobody else of this process.
///
/// Prefer to listen on port 0 and read the port from the program's own output: this one may be taken by
/// somebody else before it is used. That is rare, since it is none of the ports that the kernel gives to
/// whoever asks for any (`ip_local_port_range` of ip(7) begins at 32768).
package struct FreePort: Sendable {
  /// The port's number.
  package let number: UInt16

  private static let given = Observed<Set<UInt16>>([])

  /// Tries ports by binding them, and gives the first that is free back at once.
  package init() throws(TestSupportError) {
    for _ in 0..<1000 {
      let candidate = UInt16.random(in: 20_000..<32_768)
      guard Self.given.update({ $0.insert(candidate).inserted }) else { continue }
      if try Self.isFree(candidate) {
        number = candidate
        return
      }
    }
    throw TestSupportError("no port of the loopback is free")
  }

  private static func isFree(_ port: UInt16) throws(TestSupportError) -> Bool {
    let socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
    guard socket >= 0 else { throw TestSupportError("socket: \(String(cString: strerror(errno)))") }
    defer { close(socket) }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = port.bigEndian
    address.sin_addr.s_addr = in_addr_t(0x7f00_0001).bigEndian
    return withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
        bind(socket, generic, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
      }
    }
  }
}
