import Formats
import MissionModel
import MissionSteps
import Testing

/// What `Redirect`, `ExpectedStatus` and `WebFields` decide by themselves.
@Suite struct RedirectTests {
  private func request(_ url: String, _ method: String = "GET") throws -> WebRequest {
    WebRequest(method: method, url: try WebAddress(url), timeout: .seconds(1))
  }

  private func answer(_ status: Int, _ place: String?) -> WebAnswer {
    WebAnswer(status: status, headers: [], redirect: place, remoteAddress: "") { () throws(StepFailure) in []
    }
  }

  @Test(arguments: [200, 300, 304, 305, 306, 400])
  func `other statuses lead nowhere`(status: Int) throws {
    #expect(try Redirect.next(of: request("http://a/"), after: answer(status, "http://b/"))?.title == nil)
  }

  @Test func `a redirect without a place leads nowhere`() throws {
    #expect(try Redirect.next(of: request("http://a/"), after: answer(302, nil))?.title == nil)
  }

  @Test(arguments: [
    ("https://a/x", "https://A:443/y", true), ("https://a/x", "http://a/y", false),
    ("http://a/x", "http://a:81/y", false), ("http://a/x", "http://b.a/y", false),
  ])
  func `credentials go on only to the same server`(from: String, to: String, keeps: Bool) throws {
    var request = try request(from)
    request.user = WebAddress.User(name: "u", password: "p")
    request.headers = [("Authorization", "x"), ("Accept", "y")]
    let next = try #require(try Redirect.next(of: request, after: answer(302, to)))
    #expect((next.user != nil) == keeps)
    #expect(next.headers.map(\.name) == (keeps ? ["Authorization", "Accept"] : ["Accept"]))
  }

  @Test(arguments: [
    ("", "", "\"\" cannot name a header"), ("A\u{E4}", "", "\"A\u{E4}\" cannot name a header"),
    ("expect", "x", "expect is set by the client itself"),
    ("A", "b\r\n", "the value of A holds a control character"), ("A", "b\tc \u{E4}", nil),
  ])
  func `a field that cannot be sent is told`(name: String, value: String, problem: String?) {
    #expect(WebFields.problem(name, value) == problem)
  }

  @Test func `expected statuses name themselves`() {
    #expect(ExpectedStatus.success.description == "2xx")
    #expect(ExpectedStatus.success.holds(299))
    #expect(!ExpectedStatus.success.holds(300))
  }
}
