import MissionModel
import MissionStore

/// Reads a job and all of its steps as they stood at one moment, in pages, while the job goes on.
///
/// A page is a short transaction, so that no reader stops a checkpoint (contract §6). What changed behind a
/// page is read again at the end: the job's events tell which steps those are, and the last of them come with
/// the job in one transaction. A job has so many events and no more, so that comes to an end.
struct JobReader: Sendable {
  /// The steps from a place on; nil if there is no such job.
  var page: @Sendable (_ place: Int, _ outputs: OutputChoice) async throws(StoreError) -> StepPage?
  /// The steps that events after one of them name; nil if there is no such job.
  var changes:
    @Sendable (_ event: Int64, _ places: [String: Int], _ includesOutputs: Bool) async throws(StoreError)
      -> StepChanges?
  /// Which outputs the first page is asked for; the others follow it.
  private let outputs: OutputChoice

  /// Reads a job of `store`.
  init(_ store: JobStore, _ id: JobID, outputs: OutputChoice) {
    self.outputs = outputs
    page = { place, outputs throws(StoreError) in
      try await store.steps(of: id, from: place, limit: 1000, outputs: outputs)
    }
    changes = { event, places, includesOutputs throws(StoreError) in
      try await store.steps(
        of: id, changedAfter: event, places: places, includesOutputs: includesOutputs)
    }
  }

  /// The job and its steps in document order; nil if there is no such job.
  func read() async throws(StoreError) -> (job: Job, results: [StoredResult])? {
    while true {
      guard var pages = try await readPages() else { return nil }
      if pages.isOneMoment { return (pages.job, pages.results) }
      guard let job = try await catchUp(&pages) else { return nil }
      // Steps of a job that ended before it started have no events of their own; it will not change any more.
      if case .finished(_, since: nil, _) = job.state { continue }
      return (job, pages.results)
    }
  }

  /// The steps page by page, each as its page found it.
  private struct Pages {
    /// As the first page found it.
    var job: Job
    var lastEvent: Int64
    var results: [StoredResult]
    let hasOutputs: Bool
    var isOneMoment = true
  }

  private func readPages() async throws(StoreError) -> Pages? {
    guard let first = try await page(0, outputs) else { return nil }
    var pages = Pages(
      job: first.job, lastEvent: first.lastEvent, results: first.results, hasOutputs: first.hasOutputs)
    var next = first.next
    while let place = next {
      guard let page = try await page(place, pages.hasOutputs ? .all : .none) else { return nil }
      if page.job.revision != pages.job.revision { pages.isOneMoment = false }
      pages.results += page.results
      next = page.next
    }
    return pages
  }

  /// Brings the steps to the moment of the job that it returns.
  private func catchUp(_ pages: inout Pages) async throws(StoreError) -> Job? {
    let places = Dictionary(
      pages.results.enumerated().map { ($0.element.result.stepID, $0.offset) }, uniquingKeysWith: { $1 })
    while true {
      guard let changes = try await changes(pages.lastEvent, places, pages.hasOutputs) else { return nil }
      for (place, result) in changes.results { pages.results[place] = result }
      pages.lastEvent = changes.lastEvent
      if changes.isComplete { return changes.job }
    }
  }
}
