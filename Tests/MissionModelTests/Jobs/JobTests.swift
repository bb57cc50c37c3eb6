import MissionModel
import Testing

@Suite struct JobTests {
  @Test func `moving steps keeps their number`() {
    var progress = Job.Progress(waiting: 3)
    progress.move(from: .pending, to: .running)
    progress.move(from: .running, to: .success)
    progress.move(from: .pending, to: .skipped)
    #expect(progress.pending == 1)
    #expect(progress.success == 1)
    #expect(progress.skipped == 1)
    #expect(StepStatus.allCases.reduce(0) { $0 + progress[$1] } == progress.total)
  }
}
