import Glibc
import Testing

@testable import Posix

@Suite struct SocketTests {
  /// Waits until a socket is ready, up to five seconds.
  private func wait(_ socket: borrowing Socket, for events: CInt) {
    var entry = pollfd(fd: socket.rawValue, events: Int16(events), revents: 0)
    #expect(poll(&entry, 1, 5_000) == 1)
  }

  private func exchange(over address: SocketAddress) throws {
    let listener = try Socket.listen(on: address)
    let early = try listener.accept()
    let isEarly = early != nil
    #expect(!isEarly)
    let client = try Socket.connect(to: try listener.localAddress())
    wait(listener, for: POLLIN)
    guard let server = try listener.accept() else {
      Issue.record("nobody connected")
      return
    }
    let failure = try client.connectionError()
    #expect(failure == nil)
    let sent = try Array("ping".utf8).withUnsafeBytes { try client.write($0) }
    #expect(sent == 4)
    try client.finishWriting()
    wait(server, for: POLLIN)
    var buffer = [UInt8](repeating: 0, count: 16)
    let count = try buffer.withUnsafeMutableBytes { try server.read(into: $0) }
    #expect(count == 4)
    let end = try buffer.withUnsafeMutableBytes { try server.read(into: $0) }
    #expect(end == 0)
    let number = server.rawValue
    #expect(fcntl(number, F_GETFL) & O_NONBLOCK != 0)
    #expect(fcntl(number, F_GETFD) & FD_CLOEXEC != 0)
  }

  @Test func `only a stream socket that listens takes connections`() throws {
    let listener = try Socket.listen(on: try #require(SocketAddress("127.0.0.1:0")))
    let listens = try listener.listensForConnections()
    #expect(listens)
    let client = try Socket.connect(to: try listener.localAddress())
    let connects = try client.listensForConnections()
    #expect(!connects)
    let datagrams = Socket(
      owning: FileDescriptor(owning: socket(AF_INET, CInt(SOCK_DGRAM.rawValue), 0)))
    let receives = try datagrams.listensForConnections()
    #expect(!receives)
  }

  @Test(arguments: ["127.0.0.1:0", "[::1]:0"])
  func `bytes cross a TCP connection`(address: String) throws {
    try exchange(over: try #require(SocketAddress(address)))
  }

  @Test func `bytes cross a Unix socket, and the peer is known`() throws {
    let path = "/tmp/posix-\(getpid())-\(UInt32.random(in: 0...UInt32.max)).sock"
    defer { unlink(path) }
    try exchange(over: .unix(path))
    unlink(path)
    let listener = try Socket.listen(on: .unix(path))
    let client = try Socket.connect(to: .unix(path))
    wait(listener, for: POLLIN)
    guard let server = try listener.accept() else {
      Issue.record("nobody connected")
      return
    }
    let peer = try server.peerCredentials()
    #expect(peer == PeerCredentials(pid: getpid(), uid: getuid(), gid: getgid()))
    _ = client.rawValue
  }

  @Test func `an address in use is named`() throws {
    let listener = try Socket.listen(on: .ipv4(0x7f00_0001, port: 0))
    let address = try listener.localAddress()
    #expect(throws: Errno(EADDRINUSE, "listen on", address.description)) {
      _ = try Socket.listen(on: address)
    }
  }

  @Test func `a refused connection is told`() throws {
    let free: SocketAddress
    do { free = try Socket.listen(on: .ipv4(0x7f00_0001, port: 0)).localAddress() }
    do throws(Errno) {
      let client = try Socket.connect(to: free)
      wait(client, for: POLLOUT)
      let failure = try client.connectionError()
      #expect(failure?.code == ECONNREFUSED)
    } catch {
      #expect(error.code == ECONNREFUSED)
    }
  }

  @Test func `a client that left before it was taken does not end the accepting`() throws {
    let listener = try Socket.listen(on: .ipv4(0x7f00_0001, port: 0))
    let client = try Socket.connect(to: try listener.localAddress())
    wait(listener, for: POLLIN)
    let (taken, fired) = try withFault("accept", nth: 1, code: ECONNABORTED) { () throws(Errno) -> Bool in
      try listener.accept() != nil ? true : false
    }
    #expect(taken)
    #expect(fired)
    _ = client.rawValue
  }

  @Test func `a file goes out without being read`() throws {
    let listener = try Socket.listen(on: .ipv4(0x7f00_0001, port: 0))
    let client = try Socket.connect(to: try listener.localAddress())
    wait(client, for: POLLOUT)
    let file = try FileDescriptor.open("/proc/self/exe", O_RDONLY)
    let sent = try client.send(file: file.rawValue, offset: 1, count: 3)
    #expect(sent == 3)
    wait(listener, for: POLLIN)
    guard let server = try listener.accept() else {
      Issue.record("nobody connected")
      return
    }
    wait(server, for: POLLIN)
    var buffer = [UInt8](repeating: 0, count: 8)
    let count = try buffer.withUnsafeMutableBytes { try server.read(into: $0) }
    #expect(count == 3)
    #expect(buffer.prefix(3).elementsEqual("ELF".utf8))
  }
}
