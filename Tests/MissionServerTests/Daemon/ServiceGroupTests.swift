import Posix
import Testing

@testable import MissionServer

@Suite struct ServiceGroupTests {
  private final class Story: Sendable {
    let lines = Lock<[String]>([])
    func tell(_ line: String) { lines.withLock { $0.append(line) } }
    var all: [String] { lines.withLock { $0 } }
  }

  @Test func `parts start in order and stop in reverse`() async throws {
    let story = Story()
    let group = ServiceGroup()
    for name in ["a", "b"] {
      _ = try await group.start(name, { () async throws(StartError) in story.tell("start \(name)") }) { _ in
        story.tell("stop \(name)")
      }
    }
    await group.stopAll()
    await group.stopAll()
    #expect(story.all == ["start a", "start b", "stop b", "stop a"])
  }

  @Test func `a part that does not start stops those before it`() async throws {
    let story = Story()
    let group = ServiceGroup()
    _ = try await group.start("a", { () async throws(StartError) in }) { _ in story.tell("stop a") }
    await #expect(throws: StartError("no")) {
      _ = try await group.start("b", { () async throws(StartError) -> Int in throw StartError("no") })
    }
    #expect(story.all == ["stop a"])
  }

  @Test func `stopping waits for a task that works`() async {
    let story = Story()
    let group = ServiceGroup()
    let (signals, signal) = AsyncStream.makeStream(of: Void.self)
    await group.run(
      "worker",
      {
        for await _ in signals {}
        story.tell("worker is through")
      }
    ) { signal.finish() }
    await group.stopAll()
    #expect(story.all == ["worker is through"])
  }

  @Test func `stopping tells a part beside the others, and does not wait for it`() async {
    let story = Story()
    let group = ServiceGroup()
    let (gates, gate) = AsyncStream.makeStream(of: Void.self)
    let (ends, end) = AsyncStream.makeStream(of: Void.self)
    await group.run(beside: "check") {
      // What is busy hears of no cancel until it looks.
      await Task.detached { for await _ in gates {} }.value
      story.tell(Task.isCancelled ? "cancelled" : "not cancelled")
      end.finish()
    }
    await group.stopAll()
    #expect(story.all == [])
    gate.finish()
    for await _ in ends {}
    #expect(story.all == ["cancelled"])
  }
}
