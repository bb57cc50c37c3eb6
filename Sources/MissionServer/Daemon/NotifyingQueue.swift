package import Formats
package import MissionModel

/// Hands out queued jobs, and tells who watches them that they run.
package struct NotifyingQueue: JobQueue {
  private let queue: any JobQueue
  private let feed: JobFeed

  /// Wraps a queue.
  package init(_ queue: any JobQueue, feed: JobFeed) {
    self.queue = queue
    self.feed = feed
  }

  package func claim(limit: Int, now: Timestamp) async throws(StoreError) -> [ClaimedJob] {
    let jobs = try await queue.claim(limit: limit, now: now)
    for job in jobs { feed.publish(job.id, isOver: false) }
    return jobs
  }
}
