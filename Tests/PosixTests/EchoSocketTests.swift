import Glibc
import Testing

@testable import Posix

@Suite struct EchoSocketTests {
  @Test func `the checksum is that of RFC 1071`() {
    // The example of the RFC's section 3.
    #expect(EchoSocket.checksum([0x00, 0x01, 0xF2, 0x03, 0xF4, 0xF5, 0xF6, 0xF7]) == ~0xDDF2)
    #expect(EchoSocket.checksum([0x01]) == ~0x0100)
    #expect(EchoSocket.checksum([]) == 0xFFFF)
  }

  @Test(arguments: ["127.0.0.1", "::1"])
  func `this host sends each echo back`(host: String) throws {
    let address = try #require(SocketAddress(host: host, port: 0))
    let socket: EchoSocket
    do throws(Errno) { socket = try EchoSocket(to: address) } catch {
      // Only who has no right to it gets none.
      #expect([EACCES, EPERM].contains(error.code) && geteuid() != 0)
      return
    }
    for sequence in [UInt16(1), 700, 65_535] {
      try socket.send(sequence)
      var entry = pollfd(fd: socket.rawValue, events: Int16(POLLIN), revents: 0)
      #expect(poll(&entry, 1, 5000) == 1)
      var received: UInt16?
      while received == nil, poll(&entry, 1, 5000) == 1 { received = try socket.receive() }
      #expect(received == sequence)
    }
  }
}
