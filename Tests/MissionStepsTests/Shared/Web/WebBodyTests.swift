import Formats
import MissionModel
import MissionSteps
import TestSupport
import Testing

@Suite struct WebBodyTests {
  private let runner: StepRunner

  init() throws { runner = try StepRunner() }

  private func body(_ given: JSONObject) async throws -> (WebRequest, isGiven: Bool) {
    var reader = ParameterReader(given, for: .running)
    let body = WebBody(&reader)
    var request = WebRequest(method: "POST", url: try WebAddress("http://a/"), timeout: .seconds(1))
    try await body.add(to: &request, runner.capabilities.files)?.release()
    return (request, body.isGiven)
  }

  @Test func `nothing is sent where nothing is given`() async throws {
    let (request, isGiven) = try await body([:])
    if request.body != nil { Issue.record("a body came of nothing") }
    #expect(request.headers.isEmpty)
    #expect(!isGiven)
  }

  @Test func `a file is sent with the size that it has, through a link too`() async throws {
    try runner.directory.write("12345", to: "f")
    let (request, isGiven) = try await body(["body_file": "f"])
    guard case .file(_, size: 5)? = request.body else {
      Issue.record("\(String(describing: request.body))")
      return
    }
    #expect(isGiven)
  }

  @Test func `a file that is not there is told`() async throws {
    let failed = await failure { try await body(["body_file": "f"]) }
    #expect(failed?.message == "read f: no such file or directory (2)")
  }
}
