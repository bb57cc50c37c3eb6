import Foundation

/// A TCP port of the loopback that was free a moment ago.
///
/// Prefer to listen on port 0 and read the port from the program's own output: this one may be taken by
/// somebody else before it is used. The kernel gives such ports out in turn, so that is rare.
package struct FreePort: Sendable {
  /// The port's number.
  package let number: UInt16

  /// Asks the kernel for a port by binding one, and gives it back at once.
  package init() throws(TestSupportError) {
    let socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
    guard socket >= 0 else { throw TestSupportError("socket: \(String(cString: strerror(errno)))") }
    defer { close(socket) }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = in_addr_t(0x7f00_0001).bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let result = withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
        let bound = bind(socket, generic, length)
        return bound == 0 ? getsockname(socket, generic, &length) : bound
      }
    }
    guard result == 0 else {
      throw TestSupportError("bind 127.0.0.1:0: \(String(cString: strerror(errno)))")
    }
    number = UInt16(bigEndian: address.sin_port)
  }
}
