import MissionCLI
import Testing

@Suite struct ProgressViewTests {
  private static let news: [ProgressView.News] = [
    .init("step.started", stepID: "a", attempt: 1, status: "running", elapsed: 100),
    .init("step.retrying", stepID: "a", attempt: 1, status: "running", error: "boom", elapsed: 300),
    .init("step.started", stepID: "a", attempt: 2, status: "running", elapsed: 1300),
    .init("step.finished", stepID: "a", attempt: 2, status: "success", elapsed: 1500),
    .init("step.finished", stepID: "b", attempt: 0, status: "skipped", error: "because", elapsed: 1500),
    .init("job.finished", status: "failed", error: "b", elapsed: 1600),
  ]

  @Test func `elsewhere than on a terminal each event is a plain line`() {
    var view = ProgressView(total: 2, isLive: false, usesColor: false, width: 80)
    #expect(
      Self.news.map { view.take($0) }.joined() == """
        [   0.1] a started
        [   0.3] a is to be tried again: boom
        [   1.3] a started, attempt 2
        [   1.5] a success  200 ms
        [   1.5] b skipped: because
        [   1.6] job failed: b

        """)
  }

  @Test func `on a terminal the live region is erased before it is drawn again`() {
    var view = ProgressView(total: 2, isLive: true, usesColor: false, width: 80)
    #expect(view.take(Self.news[0]) == "▶ a  0 ms\n0/2 steps, 100 ms\n")
    #expect(view.tick(elapsed: 250) == "\u{1B}[2F\u{1B}[J▶ a  150 ms\n0/2 steps, 250 ms\n")
    _ = view.take(Self.news[2])
    #expect(view.take(Self.news[3]) == "\u{1B}[2F\u{1B}[J✔ a  200 ms\n1/2 steps, 1.5 s\n")
    #expect(view.take(Self.news[5]) == "\u{1B}[1F\u{1B}[J[   1.6] job failed: b\n")
  }

  @Test func `colours mark the status and nothing else`() {
    var view = ProgressView(total: 1, isLive: false, usesColor: true, width: 80)
    #expect(view.take(Self.news[5]) == "[   1.6] job \u{1B}[31mfailed\u{1B}[0m: b\n")
  }

  @Test func `a cancelled job is called so once`() {
    var view = ProgressView(total: 1, isLive: false, usesColor: false, width: 80)
    let end = ProgressView.News("job.finished", status: "cancelled", error: "cancelled", elapsed: 100)
    #expect(view.take(end) == "[   0.1] job cancelled\n")
  }

  @Test func `names with control characters do not reach the terminal`() {
    var view = ProgressView(total: 1, isLive: false, usesColor: false, width: 80)
    let line = view.take(
      .init("step.finished", stepID: "a", status: "failed", error: "x\u{1B}[2J", elapsed: 0))
    #expect(!line.contains("\u{1B}"))
  }

  @Test func `lines never wrap`() {
    var view = ProgressView(total: 1, isLive: true, usesColor: false, width: 30)
    let text = view.take(.init("step.started", stepID: String(repeating: "x", count: 60), elapsed: 0))
    #expect(text.split(separator: "\n").allSatisfy { $0.count < 30 })
  }
}
