import Glibc
package import Posix

/// A client that sends exactly the bytes that a test wants, and waits for exactly what it expects.
///
/// Its calls block threads of their own, never the server's nor Swift's pool, and give up after ten seconds.
// A test uses its clients one call after another: hence unchecked.
package final class RawClient: @unchecked Sendable {
  private static let threads = BlockingWork(name: "clients", permits: 64)

  private let number: CInt
  private var pending: [UInt8] = []

  /// Connects to a loopback port or a Unix socket.
  package init(_ address: SocketAddress) throws {
    switch address {
    case .ipv4(_, let port):
      number = socket(AF_INET, CInt(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
      var name = sockaddr_in()
      name.sin_family = sa_family_t(AF_INET)
      name.sin_port = port.bigEndian
      name.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
      try connect(&name, MemoryLayout<sockaddr_in>.size)
    case .unix(let path):
      number = socket(AF_UNIX, CInt(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
      var name = sockaddr_un()
      name.sun_family = sa_family_t(AF_UNIX)
      withUnsafeMutableBytes(of: &name.sun_path) { $0.copyBytes(from: path.utf8) }
      try connect(&name, MemoryLayout<sockaddr_un>.size)
    case .ipv6: throw Errno(EAFNOSUPPORT, "connect")
    }
    var patience = timeval(tv_sec: 10, tv_usec: 0)
    setsockopt(number, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
    setsockopt(number, SOL_SOCKET, SO_SNDTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
  }

  deinit { close(number) }

  private func connect<Name>(_ name: inout Name, _ size: Int) throws {
    let result = withUnsafePointer(to: &name) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { Glibc.connect(number, $0, socklen_t(size)) }
    }
    guard result == 0 else { throw Errno(errno, "connect") }
  }

  /// Sends all of it; a server that takes no more ends the attempt quietly.
  package func send(_ text: String) async { await send(Array(text.utf8)) }

  /// The same for bytes that need be no text.
  package func send(_ bytes: [UInt8]) async { await Self.threads.run { [self] in sendNow(bytes) } }

  private func sendNow(_ bytes: [UInt8]) {
    var sent = 0
    while sent < bytes.count {
      let count = bytes[sent...].withUnsafeBytes {
        Glibc.send(number, $0.baseAddress, $0.count, CInt(MSG_NOSIGNAL))
      }
      guard count > 0 else { return }
      sent += count
    }
  }

  /// Says that nothing more comes, and goes on reading.
  package func finishSending() { shutdown(number, CInt(SHUT_WR)) }

  /// Makes the close a reset, as of a client that was killed with bytes unread.
  package func resetOnClose() {
    var option = linger(l_onoff: 1, l_linger: 0)
    setsockopt(number, SOL_SOCKET, SO_LINGER, &option, socklen_t(MemoryLayout<linger>.size))
  }

  /// What arrives up to and including `end`; less if the server closes or is silent for ten seconds.
  package func read(until end: String) async -> String {
    await Self.threads.run { [self] in readNow(until: end) }
  }

  private func readNow(until end: String) -> String {
    let wanted = Array(end.utf8)
    var taken: [UInt8] = []
    while true {
      while !pending.isEmpty {
        taken.append(pending.removeFirst())
        if taken.suffix(wanted.count).elementsEqual(wanted) { return String(decoding: taken, as: UTF8.self) }
      }
      guard fill() else { return String(decoding: taken, as: UTF8.self) }
    }
  }

  /// One answer with a Content-Length: its status line, and its content.
  package func answer() async -> (status: String, body: String) {
    let head = await read(until: "\r\n\r\n")
    let lines = head.split(separator: "\r\n")
    let length = lines.compactMap { line in
      line.hasPrefix("Content-Length: ") ? Int(line.dropFirst(16)) : nil
    }.first
    return (String(lines.first ?? ""), await read(count: length ?? 0))
  }

  /// The next bytes, fewer if the server closes.
  package func read(count: Int) async -> String { await Self.threads.run { [self] in readNow(count: count) } }

  private func readNow(count: Int) -> String {
    while pending.count < count, fill() {}
    let taken = pending.prefix(count)
    pending.removeFirst(taken.count)
    return String(decoding: taken, as: UTF8.self)
  }

  /// Everything until the server closes.
  package func readToEnd() async -> String { await Self.threads.run { [self] in readToEndNow() } }

  private func readToEndNow() -> String {
    while fill() {}
    defer { pending = [] }
    return String(decoding: pending, as: UTF8.self)
  }

  /// How many bytes come until the server closes, without keeping them.
  package func countToEnd() async -> Int { await Self.threads.run { [self] in countToEndNow() } }

  private func countToEndNow() -> Int {
    var count = pending.count
    pending = []
    while fill() {
      count += pending.count
      pending.removeAll(keepingCapacity: true)
    }
    return count
  }

  private func fill() -> Bool {
    var buffer = [UInt8](repeating: 0, count: 65_536)
    let count = recv(number, &buffer, buffer.count, 0)
    guard count > 0 else { return false }
    pending += buffer[..<count]
    return true
  }
}
