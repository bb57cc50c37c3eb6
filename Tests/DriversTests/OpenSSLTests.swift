import Testing

@testable import Drivers

/// `OpenSSL` and `TLSSession` without a server; the step types' tests have one.
@Suite struct OpenSSLTests {
  @Test func `a missing library names its package`() {
    let error = #expect(throws: TLSError.self) {
      _ = try OpenSSL(lookup: .empty).client(host: "h", .everybody)
    }
    #expect(error?.description == "libssl.so.3 is not on this host; install libssl3")
  }

  @Test func `a handshake begins with the client, and what is no TLS ends it`() throws {
    let session: TLSSession = try OpenSSL.host.client(host: "example.com", .authorities(file: nil))
    #expect(try !session.handshake())
    let hello = session.takeOutgoing()
    #expect(hello.first == 22)
    #expect(String(decoding: hello, as: UTF8.self).contains("example.com"))
    session.received(Array("-ERR this is no TLS\r\n".utf8))
    #expect(throws: TLSError.self) { try session.handshake() }
  }

  @Test func `a file without certificates is told`() {
    #expect(throws: TLSError.certificate("the file of authorities holds no certificate in PEM form")) {
      _ = try OpenSSL.host.client(host: "h", .anyName(file: "/etc/passwd"))
    }
  }
}
