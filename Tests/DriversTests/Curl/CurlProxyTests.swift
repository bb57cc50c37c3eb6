import Posix
import Testing

@testable import Drivers

@Suite struct CurlProxyTests {
  private let proxy = CurlProxy(url: "http://p:3128", user: nil, target: .ipv4(0x0102_0304, port: 443))

  @Test(
    arguments: [
      (56, 403, 0, "the proxy http://p:3128 does not connect to 1.2.3.4:443: status 403"),
      (
        56, 407, 0,
        "the proxy http://p:3128 does not connect to 1.2.3.4:443: status 407; "
          + "name its user and password in proxy.url"
      ),
      (
        56, 401, 0,
        "the proxy http://p:3128 does not connect to 1.2.3.4:443: status 401; "
          + "name its user and password in proxy.url"
      ),
      (7, 0, 111, "the proxy http://p:3128 cannot be reached: connection refused (111)"),
      (5, 0, 0, "the proxy http://p:3128 cannot be reached: is its name right?"), (56, 200, 104, nil),
      (28, 0, 0, nil),
    ] as [(CInt, Int, CInt, String?)])
  func `what went wrong at the proxy is told as that`(
    code: CInt, status: Int, errno: CInt, text: String?
  ) {
    #expect(proxy.refusal(code, status: status, errno: errno) == text)
  }
}
