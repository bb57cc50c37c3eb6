import Formats
import MissionModel
import Testing

@testable import MissionStore

@Suite struct AuditChainTests {
  private let entry = AuditEntry(
    .jobSubmitted, at: StoreFixture.at(0), by: AuditActor(name: "token ci", address: "127.0.0.1"),
    jobID: StoreFixture.id(1), details: ["name": "build", "key": "planted-secret"])

  @Test func `an entry is one line whose fields tell who, when, what and which job`() {
    let text = String(decoding: AuditChain.text(of: entry, .none), as: UTF8.self)
    #expect(
      text
        == #"{"at":"2023-11-14T22:13:20.000Z","who":"token ci","address":"127.0.0.1","#
        + #""action":"job.submitted","mission_id":"01890000-0000-7000-8000-000000000001","#
        + #""details":{"name":"build","key":"planted-secret"}}"#)
  }

  @Test func `no secret gets into an entry`() {
    let text = String(decoding: AuditChain.text(of: entry, Masker(["planted-secret"])), as: UTF8.self)
    #expect(text.contains(#""key":"***""#))
  }

  @Test func `a hash is made of the one before and the text`() {
    let first = AuditChain.link([UInt8](repeating: 0, count: 32), Array("a".utf8))
    #expect(first == SHA256.digest([UInt8](repeating: 0, count: 32) + Array("a".utf8)))
    #expect(AuditChain.link(first, Array("b".utf8)) == SHA256.digest(first + Array("b".utf8)))
  }
}
