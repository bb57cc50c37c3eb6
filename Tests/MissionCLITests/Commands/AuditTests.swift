import Formats
import Posix
import Testing

@testable import MissionCLI

@Suite struct AuditTests {
  @Test func `an entry is one line without control characters`() throws {
    let item = try JSONParser.parse(
      #"""
      {"seq": 12, "entry": {"at": "2026-01-31T12:00:00.000Z", "who": "token ci", "address": "127.0.0.1",
       "action": "step.ended", "mission_id": "0198", "step_id": "a\u001b[31m", "attempt": 2,
       "details": {"ending": "success"}}}
      """#)
    #expect(
      AuditText.line(item)
        == #"12  2026-01-31T12:00:00.000Z  token ci@127.0.0.1  step.ended  0198  a\x1b[31m#2  "#
        + #"{"ending":"success"}"#)
  }

  @Test func `the first bad entry is named, and the exit status is that of a failure`() throws {
    let errors = Lock("")
    let console = Console(
      write: { _ in },
      writeError: { bytes in errors.withLock { $0 += String(decoding: bytes, as: UTF8.self) } })
    let chain = try JSONParser.parse(#"{"first_bad": {"seq": 7, "reason": "does not fit"}}"#)
    #expect(AuditText.judge(chain, isAsked: false, console) == .failed)
    #expect(errors.withLock { $0 } == "the audit trail was changed: entry 7 does not fit\n")
  }

  @Test func `a trail that verifies says so where it was asked`() throws {
    let output = Lock("")
    let console = Console(
      write: { bytes in output.withLock { $0 += String(decoding: bytes, as: UTF8.self) } },
      writeError: { _ in })
    let chain = try JSONParser.parse(#"{"entries": 5, "through": 9, "head": "ab", "first_bad": null}"#)
    #expect(AuditText.judge(chain, isAsked: false, console) == .completed)
    #expect(output.withLock { $0 }.isEmpty)
    #expect(AuditText.judge(chain, isAsked: true, console) == .completed)
    #expect(
      output.withLock { $0 } == "the audit trail verifies: 5 entries, the last is 9 with the hash ab\n")
  }
}
