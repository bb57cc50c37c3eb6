import Formats
import HTTP
import Testing

@Suite struct ProblemDetailsTests {
  @Test func `a problem is JSON with a type of its own`() throws {
    let response = ProblemDetails(429, "the queue is full", errors: ["a"]).response(headers: [
      "Retry-After": "5"
    ])
    #expect(response.status == 429)
    #expect(response.headers["Content-Type"] == "application/problem+json")
    #expect(response.headers["Retry-After"] == "5")
    guard case .bytes(let bytes) = response.body else { throw ProblemWithoutBody() }
    #expect(
      String(decoding: bytes, as: UTF8.self)
        == #"{"type":"about:blank","title":"Too Many Requests","status":429,"#
        + #""detail":"the queue is full","errors":["a"]}"#
    )
  }

  private struct ProblemWithoutBody: Error {}
}
