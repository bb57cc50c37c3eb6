import MissionModel
import TestSupport
import Testing

@testable import MissionSteps

@Suite struct GitFileStateTests {
  @Test func `what was written since goes back, what was changed before stays`() async throws {
    let fixture = try await GitFixture()
    try await fixture.commit(["a": "1\n", "m": "1\n", "d/x y": "1\n"])
    try await fixture.git("-C", "r", "switch", "--quiet", "-c", "feature")
    let feature = try await fixture.commit(["d/ä": "new\n"])
    try await fixture.git("-C", "r", "switch", "--quiet", "main")
    try fixture.write(["m": "mine\n"])
    let context = fixture.runner.context(StepDeclaration(GitMergeStep.self))
    // From a folder inside, where names count from the top all the same.
    let repository = try await GitRepository("r/d", context)
    let state = try await GitFileState(of: repository, in: context, before: feature)
    try fixture.write(["a": "half\n", "d/x y": "half\n", "d/ä": "ne", "other": "x"])
    try await state.restore()
    #expect(try await fixture.status() == " M m\n?? other")
    #expect(try fixture.runner.directory.read("r/m") == "mine\n")
  }

  @Test func `before the first commit there is nothing to put back`() async throws {
    let fixture = try await GitFixture()
    let context = fixture.runner.context(StepDeclaration(GitMergeStep.self))
    let state = try await GitFileState(
      of: try await GitRepository("r", context), in: context, before: "HEAD")
    try await state.restore()
  }
}
