import Foundation

/// The supervisor's end of `sd_notify(3)`: what a service says of itself, such as `READY=1`.
package final class NotifySocket: Sendable {
  /// What goes into the service's `NOTIFY_SOCKET`.
  package let path: String
  /// Every message until now; `wait` on it.
  package let messages = Observed<[String]>([])
  private let descriptor: Int32

  /// Listens at a path of its own inside a directory.
  package init(in directory: TemporaryDirectory) throws(TestSupportError) {
    path = directory / "notify-\(UInt32.random(in: 0...UInt32.max))"
    descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    let bytes = Array(path.utf8)
    guard descriptor >= 0, bytes.count < MemoryLayout.size(ofValue: address.sun_path) else {
      throw TestSupportError("make a socket at \(path): \(String(cString: strerror(errno)))")
    }
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes) }
    let length = socklen_t(MemoryLayout<sockaddr_un>.size)
    let bound = withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(descriptor, $0, length) }
    }
    guard bound == 0 else { throw TestSupportError("bind \(path): \(String(cString: strerror(errno)))") }
    Self.receive(from: descriptor, into: messages)
  }

  deinit { shutdown(descriptor, Int32(SHUT_RDWR)) }

  private static func receive(from descriptor: Int32, into messages: Observed<[String]>) {
    Thread.detachNewThread {
      var buffer = [UInt8](repeating: 0, count: 4096)
      while case let count = recv(descriptor, &buffer, buffer.count, 0), count > 0 {
        let lines = String(decoding: buffer[..<count], as: UTF8.self).split(separator: "\n").map(String.init)
        messages.update { $0 += lines }
      }
      close(descriptor)
    }
  }
}
