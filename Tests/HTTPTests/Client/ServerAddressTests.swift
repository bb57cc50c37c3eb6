import HTTP
import Testing

@Suite struct ServerAddressTests {
  @Test(arguments: [
    ("http://127.0.0.1:7433", ServerAddress.tcp(host: "127.0.0.1", port: 7433)),
    ("http://build.example:80/", .tcp(host: "build.example", port: 80)),
    ("http://[::1]:7433", .tcp(host: "::1", port: 7433)), ("http://[::1]", .tcp(host: "::1", port: 80)),
    ("localhost:1", .tcp(host: "localhost", port: 1)), ("localhost", .tcp(host: "localhost", port: 80)),
    ("/run/x.sock", .unix("/run/x.sock")), ("unix:x.sock", .unix("x.sock")),
  ])
  func `a server is named in several ways`(text: String, address: ServerAddress) throws {
    #expect(try ServerAddress(text) == address)
  }

  @Test(arguments: [
    ("https://a", "https://a: https is not spoken here; use http or a Unix socket"),
    ("", ": is not a server; write http://HOST:PORT or the path of a Unix socket"),
    ("http://a:x", "http://a:x: is not a server; write http://HOST:PORT or the path of a Unix socket"),
    (
      "http://a:99999", "http://a:99999: is not a server; write http://HOST:PORT or the path of a Unix socket"
    ),
    ("http://a/b", "http://a/b: is not a server; write http://HOST:PORT or the path of a Unix socket"),
  ])
  func `what names no server is explained`(text: String, message: String) {
    do throws(ClientError) {
      _ = try ServerAddress(text)
      Issue.record("it was taken")
    } catch {
      #expect(error.description == message)
      #expect(error.kind == .badAddress)
    }
  }

  @Test func `a server is shown as it can be typed`() throws {
    for text in ["http://127.0.0.1:7433", "http://[::1]:80", "unix:/run/x.sock"] {
      #expect(try ServerAddress(text).description == text)
    }
  }
}
