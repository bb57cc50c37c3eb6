import Posix
import TestSupport
import Testing

@testable import Drivers

/// `Curl`, its `CurlLoop`, `CurlExchange` and `CurlTransfer` against a server on the loopback.
@Suite struct CurlTests {
  private static func request(_ server: LoopbackServer) -> CurlRequest {
    CurlRequest(
      origin: server.url(""), url: server.url("/a"), method: "GET", timeout: .seconds(100))
  }

  @Test func `an answer comes in a head and pieces`() async throws {
    let text = String(repeating: "x", count: 600_000)
    let server = try LoopbackServer { _ in
      .bytes("HTTP/1.1 200 OK\r\nA: b\r\nContent-Length: \(text.count)\r\n\r\n\(text)")
    }
    let transfer = try Curl().transfer(Self.request(server)) { _ in nil }
    let head = try await transfer.start()
    #expect(head.status == 200)
    #expect(head.headers.map(\.name) == ["A", "Content-Length"])
    #expect(head.isNewConnection)
    #expect(head.majorVersion == 1)
    var count = 0
    while true {
      let piece = try await transfer.read()
      if piece.isEmpty { break }
      #expect(piece.count < 4 << 20)
      count += piece.count
    }
    #expect(count == text.count)
  }

  @Test func `the head of an interim answer is not that of the answer`() async throws {
    let server = try LoopbackServer { _ in
      .bytes("HTTP/1.1 103 Early Hints\r\nA: b\r\n\r\nHTTP/1.1 204 No Content\r\nC: d\r\n\r\n")
    }
    let head = try await Curl().transfer(Self.request(server)) { _ in nil }.start()
    #expect(head.status == 204)
    #expect(head.headers.map(\.name) == ["C"])
  }

  @Test func `a connection is kept for the next transfer, but not one that was left in the middle`()
    async throws
  {
    let server = try LoopbackServer { request in
      .bytes("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc")
    }
    let curl = Curl()
    for _ in 0..<3 {
      let transfer = try curl.transfer(Self.request(server)) { _ in nil }
      _ = try await transfer.start()
      #expect(try await transfer.read() == Array("abc".utf8))
    }
    #expect(server.connections.value == 1)
  }

  @Test func `a body that nobody reads is not received, and comes whole when somebody does`() async throws {
    let text = String(repeating: "x", count: 2 << 20)
    let server = try LoopbackServer { _ in
      .bytes("HTTP/1.1 200 OK\r\nContent-Length: \(text.utf8.count)\r\n\r\n\(text)")
    }
    let curl = Curl()
    let slow = try curl.transfer(Self.request(server)) { _ in nil }
    #expect(try await slow.start().contentLength == Int64(text.utf8.count))
    // Meanwhile others are served by the same thread.
    #expect(try await curl.transfer(Self.request(server)) { _ in nil }.start().status == 200)
    var count = 0
    while true {
      let piece = try await slow.read()
      if piece.isEmpty { break }
      #expect(piece.count <= 256 << 10)
      count += piece.count
    }
    #expect(count == text.utf8.count)
  }

  @Test(arguments: [
    ("/b", "/b"), ("c d?e=f", "/c%20d?e=f"), ("//other.example/g", "http://other.example/g"),
    ("ftp://other.example/h", "ftp://other.example/h"),
  ])
  func `where a redirect leads is known with its head, however long its body`(
    place: String, url: String
  ) async throws {
    let text = String(repeating: "x", count: 1 << 20)
    let server = try LoopbackServer { _ in
      .bytes(
        "HTTP/1.1 302 Found\r\nLocation: \(place)\r\nContent-Length: \(text.utf8.count)\r\n\r\n\(text)")
    }
    let transfer = try Curl().transfer(Self.request(server)) { _ in nil }
    let head = try await transfer.start()
    #expect(head.redirectURL == (url.hasPrefix("/") ? server.url(url) : url))
  }

  @Test func `a cancel in the middle ends what waits, and the connection`() async throws {
    let server = try LoopbackServer { _ in .silence("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc") }
    let transfer = try Curl().transfer(Self.request(server)) { _ in nil }
    let head = Task { try await transfer.start() }
    try await server.requests.wait("the request") { $0.count == 1 }
    transfer.cancel()
    await #expect(throws: CurlError.cancelled) { try await head.value }
    try await server.departures.wait("the end of the connection") { $0 == 1 }
  }

  @Test func `a connection that nobody used for a while is closed`() async throws {
    let server = try LoopbackServer { _ in .bytes("HTTP/1.1 204 No Content\r\n\r\n") }
    let curl = Curl(keptFor: .milliseconds(20))
    for round in 1...2 {
      _ = try await curl.transfer(Self.request(server)) { _ in nil }.start()
      try await server.departures.wait("the end of the connection") { $0 == round }
    }
    #expect(server.connections.value == 2)
  }

  @Test func `certificates that are named are trusted, and others are not`() async throws {
    let server = try await TLSServer(content: ["a": "x"])
    let (good, other) = (
      try TestFile.text(at: server.authority), try TestFile.text(at: server.selfSignedCertificate)
    )
    func answer(_ certificates: String) async throws -> CurlTransfer.Head {
      var request = CurlRequest(
        origin: server.url(""), url: server.url("/a"), method: "GET", timeout: .seconds(100))
      request.certificates = Array(certificates.utf8)
      return try await Curl().transfer(request) { _ in nil }.start()
    }
    let head = try await answer(good)
    #expect(head.status == 200)
    // Over TLS the server is asked for HTTP/2, and this one speaks it.
    #expect(head.majorVersion == 2)
    await #expect(throws: CurlError.self) { try await answer(other) }
  }

  @Test func `a cancel before the start is heard`() async throws {
    let server = try LoopbackServer { _ in .silence("") }
    let transfer = try Curl().transfer(Self.request(server)) { _ in nil }
    transfer.cancel()
    await #expect(throws: CurlError.cancelled) { try await transfer.start() }
  }

  @Test func `the judge sees every address`() async throws {
    let server = try LoopbackServer { _ in .last("") }
    let seen = Observed<[String]>([])
    let transfer = try Curl().transfer(Self.request(server)) { address in
      seen.update { $0.append("\(address)") }
      return "no"
    }
    await #expect(throws: CurlError.refused("no")) { try await transfer.start() }
    #expect(seen.value == ["127.0.0.1:\(server.port)"])
    #expect(server.connections.value == 0)
  }

  @Test func `a kept connection is judged anew before each request`() async throws {
    let server = try LoopbackServer { _ in .bytes("HTTP/1.1 204 No Content\r\n\r\n") }
    let curl = Curl()
    let isDenied = Observed(false)
    let judge: @Sendable (SocketAddress) -> String? = { address in
      isDenied.value ? "\(address) is denied now" : nil
    }
    for _ in 1...2 {
      #expect(try await curl.transfer(Self.request(server), judge: judge).start().status == 204)
    }
    isDenied.update { $0 = true }
    let transfer = try curl.transfer(Self.request(server), judge: judge)
    await #expect(throws: CurlError.refused("127.0.0.1:\(server.port) is denied now")) {
      try await transfer.start()
    }
    #expect(server.requests.value.count == 2)
    #expect(server.connections.value == 1)
  }

  @Test func `without the library the error names the package`() {
    let request = CurlRequest(origin: "http://a", url: "http://a/", method: "GET", timeout: .seconds(1))
    #expect(
      throws: CurlError.library(
        .missing(library: "libcurl.so.4", package: "libcurl4", reason: LibraryLookup.empty.reason))
    ) { try Curl(lookup: .empty).transfer(request) { _ in nil } }
    #expect(
      CurlError.unsupported(option: 7).description
        == "libcurl.so.4 is too old: it has no option 7; install a newer libcurl4")
  }
}

extension LibraryLookup {
  fileprivate var reason: String {
    if case .failure(let failure) = open("libcurl.so.4") { failure.reason } else { "" }
  }
}
