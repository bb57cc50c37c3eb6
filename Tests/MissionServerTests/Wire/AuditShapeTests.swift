import Formats
import Testing

@testable import MissionServer
@testable import MissionStore

@Suite struct AuditShapeTests {
  @Test func `an entry is shown as it is stored, with its number and hash`() {
    let entry = StoredAuditEntry(sequence: 7, hash: [0xAB, 0xCD], text: #"{"at":"x","who":"y"}"#)
    let bytes = AuditShape.bytes(
      AuditPage(entries: [entry], next: 7), AuditVerdict(), cursor: "7")
    let head = String(repeating: "0", count: 64)
    #expect(
      String(decoding: bytes, as: UTF8.self)
        == #"{"entries":[{"seq":7,"hash":"abcd","entry":{"at":"x","who":"y"}}],"next_cursor":"7","#
        + #""chain":{"verified":true,"entries":0,"through":0,"head":"\#(head)","first_bad":null}}"#)
  }

  @Test func `the first bad entry is shown with its reason`() {
    var verdict = AuditVerdict()
    verdict.firstBad = (3, "is missing")
    let bytes = AuditShape.bytes(AuditPage(entries: [], next: nil), verdict, cursor: nil)
    let shown = try? JSONParser.parse(bytes)
    #expect(shown?["chain"]?["verified"] == false)
    #expect(shown?["chain"]?["first_bad"] == ["seq": 3, "reason": "is missing"])
  }
}
