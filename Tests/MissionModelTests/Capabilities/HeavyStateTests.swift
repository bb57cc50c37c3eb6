import MissionModel
import Testing

@Suite struct HeavyStateTests {
  @Test func `changes follow one another, also after a failure`() async throws {
    var state = HeavyState([1])
    try await state.change(by: .inline) { $0.append(2) }
    do throws(StepFailure) {
      try await state.change(by: .inline) { _ throws(StepFailure) in throw StepFailure("no") }
      Issue.record("the failure was lost")
    } catch { #expect(error == StepFailure("no")) }
    let after = try await state.change(by: .inline) { $0 }
    #expect(after == [1, 2])
  }

  @Test func `nothing gets at the state once a change was given up`() async throws {
    var state = HeavyState(0)
    let given = await failure(of: &state, by: HeavyWork { _ in nil })
    let after = await failure(of: &state, by: .inline)
    #expect(given == .cancelled)
    #expect(after == .cancelled)
  }

  private func failure(of state: inout HeavyState<Int>, by work: HeavyWork) async -> StepFailure? {
    do throws(StepFailure) {
      try await state.change(by: work) { $0 += 1 }
      return nil
    } catch { return error }
  }
}
