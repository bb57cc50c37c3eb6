import HTTP
import MissionModel
import Testing

@testable import MissionServer

@Suite struct RequestReadingTests {
  @Test(
    arguments: [
      ("/?wait=7", nil, 7), ("/", "wait=9", 9), ("/", "respond-async, wait=9;foo", 9), ("/", "wait=900", 300),
      ("/?wait=3", "wait=9", 3), ("/", "wait=x", nil), ("/", nil, nil), ("/", "return=minimal", nil),
    ] as [(String, String?, Int?)])
  func `the query goes before the preference`(target: String, prefer: String?, seconds: Int?) throws {
    let request = Request(.get, target, headers: prefer.map { ["Prefer": $0] } ?? [:])
    #expect(try request.wait(request.query) == seconds)
  }

  @Test(arguments: ["/?wait=301", "/?wait=-1", "/?wait=", "/?wait=1.5"])
  func `a wait out of bounds is an error`(target: String) {
    let request = Request(.get, target)
    #expect(throws: APIError.self) { try request.wait(request.query) }
  }

  @Test func `an unknown name comes with a hint`() {
    let error = #expect(throws: APIError.self) { try Request(.get, "/?limti=3").checkedQuery(["limit"]) }
    #expect(
      error?.details.detail
        == #""limti" is nothing that can be asked for here; did you mean "limit"?"#)
  }

  @Test func `where nothing can be asked for, that is said`() {
    let error = #expect(throws: APIError.self) { try Request(.get, "/?x=3").checkedQuery([]) }
    #expect(error?.details.detail == #""x" is nothing that can be asked for here; leave the query out"#)
  }

  @Test func `a repeat may wait for another time, and nothing else may differ`() {
    let content = Array("x".utf8)
    func print(_ target: String, _ type: String = "application/json", _ body: [UInt8] = Array("x".utf8))
      -> [UInt8]
    {
      Request(.post, target, headers: ["Content-Type": type]).fingerprint(body)
    }
    let first = print("/missions/execute?priority=1")
    #expect(print("/missions/execute?priority=1&wait=3") == first)
    #expect(print("/missions/execute?wait=3&priority=1") == first)
    #expect(print("/missions/execute?priority=2") != first)
    #expect(print("/steps/execute?priority=1") != first)
    #expect(print("/missions/execute?priority=1", "text/yaml") != first)
    #expect(print("/missions/execute?priority=1", "application/json", content + [0]) != first)
  }
}
