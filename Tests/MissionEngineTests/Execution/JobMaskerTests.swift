import Formats
import MissionModel
import TestSupport
import Testing

@testable import MissionEngine

@Suite struct JobMaskerTests {
  private static let text = "sesame-1 sesame-2 sesame-3 common-secret"

  @Test func `a job masks the passwords of its document, its variables and its filled parameters`() {
    let mission = Mission.sketch(
      [StepSketch("a", parameters: ["message": "postgres://me:sesame-1@db/x"])])
    var masker = JobMasker({ Masker(["common-secret"]) }, mission, context: ["x": "redis://:sesame-2@cache"])
    #expect(masker.current().mask(Self.text) == "*** *** sesame-3 ***")
    masker.learn(from: ["url": ["ftp://me:sesame-3@h/"]])
    #expect(masker.current().mask(Self.text) == "*** *** *** ***")
  }

  @Test func `a job without passwords has the common masker itself`() {
    let common = Masker(["common-secret"])
    var masker = JobMasker({ common }, .sketch([StepSketch("a")]), context: [:])
    #expect(masker.current().isSame(as: common))
    masker.learn(from: ["url": "http://h/"])
    #expect(masker.current().isSame(as: common))
  }

  @Test func `secrets that are read anew are masked beside the passwords`() {
    let common = Observed(Masker.none)
    var masker = JobMasker({ common.value }, .sketch([]), context: ["x": "redis://:sesame-1@cache"])
    #expect(masker.current().mask(Self.text) == "*** sesame-2 sesame-3 common-secret")
    let made = masker.current()
    #expect(masker.current().isSame(as: made), "it is made once")
    common.update { $0 = Masker(["common-secret"]) }
    #expect(masker.current().mask(Self.text) == "*** sesame-2 sesame-3 ***")
  }

  @Test func `what steps leave shows no password of the job, and other jobs' words stay`() async {
    let harness = EngineHarness()
    let mission = Mission.sketch([
      StepSketch("first", parameters: ["message": "saw sesame-1"]),
      StepSketch("second", after: ["first"], parameters: ["message": "postgres://me:sesame-1@db/x"]),
    ])
    #expect(await harness.run(mission) == .finished(.completed))
    let outputs = await harness.journal.results.values.map(\.output.compact)
    #expect(outputs.count == 2 && outputs.allSatisfy { $0.contains("***") && !$0.contains("sesame") })
  }

  @Test func `what a step learns while it runs is masked in what it leaves, and in its checkpoints`() async {
    let harness = EngineHarness()
    let mission = Mission.sketch([StepSketch("first")])
    let ending = await harness.run(
      mission,
      [
        "first": { context throws(StepFailure) in
          try await context.checkpoint.store(["call": "postgres://me:sesame-1@db/x"])
          return "saw sesame-1"
        }
      ])
    #expect(ending == .finished(.completed))
    let stored = await harness.journal.entries.flatMap(\.checkpoints).map(\.value.compact)
    #expect(stored == [#"{"call":"postgres://me:***@db/x"}"#, "null"], "the end of the step removes it")
    #expect(await harness.journal.results.values.map(\.output) == ["saw ***"])
  }
}
