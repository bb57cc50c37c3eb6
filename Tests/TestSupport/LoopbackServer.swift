import CLinux
import Foundation

/// A server on the loopback that answers as a test says, byte for byte: slow, broken or cut off, too.
///
///     let server = try LoopbackServer { request in .bytes("HTTP/1.1 204 No Content\r\n\r\n") }
///     // … server.port, server.requests.value
package final class LoopbackServer: Sendable {
  /// What happens after a request.
  package enum Reply: Sendable {
    /// Sends the text and goes on reading.
    case bytes(String)
    /// Sends what may be no text and goes on reading.
    case octets([UInt8])
    /// Sends the text and closes.
    case last(String)
    /// Sends the text and keeps the connection open without another word.
    case silence(String)
  }

  /// The port.
  package let port: UInt16
  /// Everything that was asked, in order: head and body as they came.
  package let requests = Observed<[String]>([])
  /// Connections that were made.
  package let connections = Observed(0)
  /// Connections that the other side has left.
  package let departures = Observed(0)
  private let listener: Int32

  /// Listens, and answers each request by `reply`, on a thread for each connection.
  package init(_ reply: @escaping @Sendable (_ request: String) -> Reply) throws(TestSupportError) {
    listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = in_addr_t(0x7f00_0001).bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let number = listener
    let result = withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { name in
        bind(number, name, length) == 0 && listen(number, 128) == 0 ? getsockname(number, name, &length) : -1
      }
    }
    guard result == 0 else { throw TestSupportError("listen: \(String(cString: strerror(errno)))") }
    port = UInt16(bigEndian: address.sin_port)
    let (requests, connections, departures) = (requests, connections, departures)
    Thread.detachNewThread {
      while true {
        // A child that is being started would keep the connection open past its end.
        let connection = linux_accept(number)
        guard connection >= 0 else { break }
        // It waits for what it reads.
        _ = fcntl(connection, F_SETFL, 0)
        connections.update { $0 += 1 }
        Thread.detachNewThread {
          Self.serve(connection, requests, reply)
          close(connection)
          departures.update { $0 += 1 }
        }
      }
      close(number)
    }
  }

  deinit { shutdown(listener, Int32(SHUT_RDWR)) }

  /// `http://127.0.0.1:PORT` and a path.
  package func url(_ path: String) -> String { "http://127.0.0.1:\(port)\(path)" }

  private static func serve(
    _ connection: Int32, _ requests: Observed<[String]>, _ reply: (String) -> Reply
  ) {
    var buffer: [UInt8] = []
    while let request = next(connection, &buffer) {
      requests.update { $0.append(request) }
      switch reply(request) {
      case .bytes(let text): guard send(Array(text.utf8), to: connection) else { return }
      case .octets(let bytes): guard send(bytes, to: connection) else { return }
      case .last(let text):
        _ = send(Array(text.utf8), to: connection)
        return
      case .silence(let text): _ = send(Array(text.utf8), to: connection)
      }
    }
  }

  /// A head and as much body as its Content-Length says; nil at the end.
  private static func next(_ connection: Int32, _ buffer: inout [UInt8]) -> String? {
    var piece = [UInt8](repeating: 0, count: 65536)
    while true {
      let text = String(decoding: buffer, as: UTF8.self)
      if let end = text.range(of: "\r\n\r\n") {
        let head = text[..<end.upperBound]
        let field = head.lowercased().components(separatedBy: "content-length: ").dropFirst().first
        let length = field.flatMap { Int($0.prefix { $0.isNumber }) } ?? 0
        let total = head.utf8.count + length
        if buffer.count >= total {
          defer { buffer.removeFirst(total) }
          return String(decoding: buffer[..<total], as: UTF8.self)
        }
      }
      let count = recv(connection, &piece, piece.count, 0)
      guard count > 0 else { return nil }
      buffer += piece[..<count]
    }
  }

  private static func send(_ bytes: [UInt8], to connection: Int32) -> Bool {
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes {
        Glibc.send(connection, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
      }
      guard count > 0 else { return false }
      rest = rest.dropFirst(count)
    }
    return true
  }
}
