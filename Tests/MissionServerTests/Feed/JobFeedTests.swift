import HTTP
import MissionModel
import Posix
import Testing

@testable import MissionServer

@Suite struct JobFeedTests {
  private let job = JobID("01a2057d-bc86-702e-bd18-7b5007a376c6")!
  private let other = JobID("01a2057d-bc86-702e-bd18-7b5007a376c7")!

  private func late() -> BootTime { BootTime.now.advanced(by: .seconds(60)) }

  @Test func `news between two waits is not missed`() async throws {
    let loop = try EventLoop()
    let feed = JobFeed()
    let watch = feed.watch(job)
    feed.publish(job, isOver: false)
    #expect(await watch.wait(until: late(), for: ClientPresence(), on: loop) == .news)
    let soon = BootTime.now.advanced(by: .milliseconds(5))
    #expect(await watch.wait(until: soon, for: ClientPresence(), on: loop) == .timeout)
    loop.stop()
  }

  @Test func `who waits is woken by its own job only`() async throws {
    let loop = try EventLoop()
    let feed = JobFeed()
    let watch = feed.watch(job)
    async let wake = watch.wait(until: late(), for: ClientPresence(), on: loop)
    feed.publish(other, isOver: false)
    feed.publish(job, isOver: false)
    #expect(await wake == .news)
    loop.stop()
  }

  @Test func `who waits for the end sleeps through all other news`() async throws {
    let loop = try EventLoop()
    let feed = JobFeed()
    let watch = feed.watch(job, for: .end)
    feed.publish(job, isOver: false)
    let soon = BootTime.now.advanced(by: .milliseconds(5))
    #expect(await watch.wait(until: soon, for: ClientPresence(), on: loop) == .timeout)
    feed.publish(job, isOver: true)
    #expect(await watch.wait(until: late(), for: ClientPresence(), on: loop) == .news)
    async let wake = watch.wait(until: late(), for: ClientPresence(), on: loop)
    feed.publish(job, isOver: false)
    feed.publish(job, isOver: true)
    #expect(await wake == .news)
    loop.stop()
  }

  @Test func `a drain ends every wait, also later ones`() async throws {
    let loop = try EventLoop()
    let feed = JobFeed()
    let watch = feed.watch(job)
    async let wake = watch.wait(until: late(), for: ClientPresence(), on: loop)
    feed.close()
    #expect(await wake == .closed)
    #expect(await feed.watch(other).wait(until: late(), for: ClientPresence(), on: loop) == .closed)
    loop.stop()
  }
}
