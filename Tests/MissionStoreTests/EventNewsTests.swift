import Formats
import MissionModel
import SQLite
import Testing

@testable import MissionStore

@Suite struct EventNewsTests {
  @Test func `events come back as they were`() throws {
    let events = JobEvent.Kind.allCases.enumerated().map { index, kind in
      JobEvent(
        kind, sequence: Int64(index + 1), at: Timestamp(milliseconds: 7), stepID: index > 1 ? "a" : nil,
        attempt: index > 2 ? 3 : nil, status: index > 3 ? "failed" : nil, error: index > 4 ? "\"so\"" : nil)
    }
    let news = EventNews(events)
    #expect(news.lastSequence == Int64(events.count))
    #expect(try EventNews.events(in: news.text) == events)
  }

  @Test func `what is null at the end is left out`() {
    let news = EventNews([JobEvent(.jobQueued, sequence: 1, at: Timestamp(milliseconds: 7))])
    #expect(news.text == #"[[1,"job.queued",7]]"#)
  }

  @Test(arguments: ["[[1]]", #"[["x","job.queued",7]]"#, #"[[1,"job.lost",7]]"#, "nonsense"])
  func `what nobody wrote is damage`(text: String) {
    #expect(throws: SQLiteError.self) { try EventNews.events(in: text) }
  }
}
