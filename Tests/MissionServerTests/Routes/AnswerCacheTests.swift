import HTTP
import MissionModel
import Testing

@testable import MissionServer

@Suite struct AnswerCacheTests {
  private func id(_ number: Int) -> JobID {
    JobID("01a2057d-bc86-702e-bd18-" + String(repeating: "0", count: 11) + String(number, radix: 16))!
  }

  private func answer(_ bytes: Int) -> Response {
    Response(200, [UInt8](repeating: 65, count: bytes), type: "text/plain")
  }

  @Test func `an answer is kept by job and detail until it is forgotten`() {
    let cache = AnswerCache()
    cache.keep(answer(10), tag: "t", for: id(1), .outputs, asOf: 0)
    #expect(cache.answer(id(1), .outputs)?.tag == "t")
    #expect(cache.answer(id(1), .steps) == nil)
    #expect(cache.answer(id(2), .outputs) == nil)
    cache.forget(id(1))
    #expect(cache.answer(id(1), .outputs) == nil)
  }

  @Test func `the oldest go when the bound is reached, and big ones are not kept`() {
    let cache = AnswerCache(limit: 8 * 1024)
    for number in 0..<16 { cache.keep(answer(488), tag: "t", for: id(number), .outputs, asOf: 0) }
    #expect((0..<16).filter { cache.answer(id($0), .outputs) != nil } == Array(8..<16))
    cache.keep(answer(1024), tag: "t", for: id(1), .steps, asOf: 0)
    #expect(cache.answer(id(1), .steps) == nil)
  }

  @Test func `an answer that was made while a job changed is not kept`() {
    let cache = AnswerCache()
    let before = cache.changes
    cache.forget(id(1))
    cache.keep(answer(10), tag: "old", for: id(1), .outputs, asOf: before)
    #expect(cache.answer(id(1), .outputs) == nil)
    cache.keep(answer(10), tag: "new", for: id(1), .outputs, asOf: cache.changes)
    #expect(cache.answer(id(1), .outputs)?.tag == "new")
  }

  @Test func `what is forgotten costs nothing, however much it was`() {
    let cache = AnswerCache()
    for _ in 0..<10_000 {
      cache.keep(answer(10), tag: "t", for: id(1), .outputs, asOf: cache.changes)
      cache.forget(id(1))
    }
    #expect(cache.remembered <= 2048)
    cache.keep(answer(10), tag: "t", for: id(1), .outputs, asOf: cache.changes)
    #expect(cache.answer(id(1), .outputs) != nil)
  }
}
