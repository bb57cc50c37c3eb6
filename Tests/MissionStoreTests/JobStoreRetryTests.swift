import Formats
import MissionModel
import TestSupport
import Testing

@testable import MissionStore

@Suite(.timeLimit(.minutes(1))) struct JobStoreRetryTests {
  private func request(_ number: Int) -> RetryRequest {
    RetryRequest(id: StoreFixture.id(number), at: StoreFixture.at(9000))
  }

  @Test func `a retry keeps what succeeded and takes the workspace over`() async throws {
    let table = try await StoreFixture.open()
    try await table.finish(1, .failed)
    guard case .accepted(let job) = try await table.store.retry(StoreFixture.id(1), request(2)) else {
      return #expect(Bool(false))
    }
    #expect(job.progress.success == 1)
    #expect(job.progress.pending == 1)
    #expect(try await table.store.job(StoreFixture.id(1))?.retriedAs == job.id)
    let claimed = try #require(try await table.claim().first)
    #expect(claimed.workspace == "/jobs/1")
    #expect(Array(claimed.progress.results.keys) == [0])
    #expect(claimed.document == Array("name: build".utf8))
    #expect(try await table.store.retry(StoreFixture.id(1), request(3)) == .alreadyRetried(as: job.id))
    await table.close()
  }

  @Test func `named steps start anew`() async throws {
    let table = try await StoreFixture.open()
    try await table.finish(1)
    var request = request(2)
    request.repeating = [0]
    guard case .accepted(let job) = try await table.store.retry(StoreFixture.id(1), request) else {
      return #expect(Bool(false))
    }
    #expect(job.progress.success == 1)
    #expect(try await table.claim().first?.progress.results.keys.sorted() == [1])
    await table.close()
  }

  @Test func `without its workspace only a fresh start is left`() async throws {
    let table = try await StoreFixture.open()
    try await table.finish(1)
    let gone = try await table.store.expireWorkspaces(
      finishedBefore: StoreFixture.at(5000), failedBefore: StoreFixture.at(0), limit: 10)
    #expect(gone == [RemovedJob(id: StoreFixture.id(1), workspace: "/jobs/1")])
    #expect(try await table.store.retry(StoreFixture.id(1), request(2)) == .workspaceGone)
    var fresh = request(2)
    fresh.freshWorkspace = "/jobs/new"
    guard case .accepted(let job) = try await table.store.retry(StoreFixture.id(1), fresh) else {
      return #expect(Bool(false))
    }
    #expect(job.progress == Job.Progress(waiting: 2))
    #expect(try await table.claim().first?.workspace == "/jobs/new")
    await table.close()
  }

  @Test func `what is not over cannot be retried`() async throws {
    let table = try await StoreFixture.open()
    try await table.submit(1)
    let job = try #require(try await table.store.job(StoreFixture.id(1)))
    #expect(try await table.store.retry(job.id, request(2)) == .unfinished(job))
    #expect(try await table.store.retry(StoreFixture.id(5), request(2)) == .unknown)
    await table.close()
  }
}
