import MissionModel
import TestSupport
import Testing

@testable import Sandbox

@Suite struct MaskedLogTests {
  @Test func `a secret that comes word by word is masked, and the rest is written at the end`() {
    let written = Observed("")
    let log = MaskedLog(
      StepLog { _, bytes in written.update { $0 += String(decoding: bytes, as: UTF8.self) } },
      Masker(["sesame-open"]))
    for piece in ["say ses", "ame", "-open to", " all, ses"] { log.stepLog.write(.stdout, Array(piece.utf8)) }
    #expect(written.value == "say *** to all, ")
    log.finish()
    #expect(written.value == "say *** to all, ses")
  }

  @Test func `what is learnt meanwhile is masked from then on`() {
    let written = Observed("")
    let log = MaskedLog(
      StepLog { _, bytes in written.update { $0 += String(decoding: bytes, as: UTF8.self) } }, .none)
    log.stepLog.write(.stdout, Array("sesame-open ".utf8))
    log.adopt(Masker(["sesame-open"]))
    for stream in [StepLog.Stream.stdout, .stderr] { log.stepLog.write(stream, Array("sesame-open ".utf8)) }
    #expect(written.value == "sesame-open *** *** ")
  }
}
