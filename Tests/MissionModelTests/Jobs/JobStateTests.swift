import Formats
import MissionModel
import Testing

@Suite struct JobStateTests {
  private static let t1 = Timestamp(milliseconds: 1000)
  private static let t2 = Timestamp(milliseconds: 2000)
  private static let states: [JobState] = [
    .queued, .running(since: t1), .finished(.completed, since: t1, at: t2),
    .finished(.cancelled, since: nil, at: t2),
  ]
  private static let events: [JobState.Event] =
    [.claimed(at: t2)] + JobState.Outcome.allCases.map { .ended($0, at: t2) }

  @Test func `the whole table of transitions is this`() {
    var table: [String] = []
    for state in Self.states {
      for event in Self.events {
        let next = (try? state.applying(event)).map { "\($0.status)" } ?? "-"
        table.append("\(state.status) \(Self.word(event)) → \(next)")
      }
    }
    #expect(
      table == [
        "queued claimed → running", "queued completed → -", "queued failed → -",
        "queued cancelled → cancelled",
        "running claimed → -", "running completed → completed", "running failed → failed",
        "running cancelled → cancelled", "completed claimed → -", "completed completed → -",
        "completed failed → -",
        "completed cancelled → -", "cancelled claimed → -", "cancelled completed → -", "cancelled failed → -",
        "cancelled cancelled → -",
      ])
  }

  @Test func `a state carries when it began and ended`() throws {
    let running = try JobState.queued.applying(.claimed(at: Self.t1))
    #expect(
      try running.applying(.ended(.failed, at: Self.t2)) == .finished(.failed, since: Self.t1, at: Self.t2))
    #expect(!running.isFinal)
    #expect(JobState.finished(.failed, since: nil, at: Self.t2).isFinal)
  }

  private static func word(_ event: JobState.Event) -> String {
    switch event {
    case .claimed: "claimed"
    case .ended(let outcome, _): outcome.rawValue
    }
  }
}
