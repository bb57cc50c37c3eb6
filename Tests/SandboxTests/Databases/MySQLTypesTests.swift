import Dispatch
import Drivers
import Formats
import MissionModel
import Posix
import Testing

@testable import Sandbox

/// The sentences of `MySQLWords`, and what `MySQLTypes` binds.
@Suite struct MySQLTypesTests {
  @Test(
    arguments: [
      (nil, .null), (true, .integer(1)), (7, .integer(7)), (1.5, .double(1.5)), ("a", .bytes([97])),
      (.decimal("1"), .bytes([49])), ([1], .bytes([91, 49, 93])),
    ] as [(JSON, MySQLValue)])
  func `values are bound as what they are`(value: JSON, bound: MySQLValue) {
    #expect(MySQLTypes.bound(value) == bound)
  }

  @Test(
    arguments: [
      (.failed(code: 2013, message: "gone"), "query m: the connection to the server broke: gone"),
      (.failed(code: 1064, message: "words"), "query m: words"),
      (.count(wanted: 1, given: 2), "query m: the query takes 1 values, not 2"),
      (.failed(code: 1792, message: "x"), "query m: read_only lets nothing change"),
    ] as [(MySQLError, String)])
  func `errors are told in words`(error: MySQLError, text: String) {
    #expect(MySQLWords.failure(error, "m", verb: "query").message == text)
  }

  @Test func `what nothing interrupts is left behind by a cancel`() async throws {
    let gate = DispatchSemaphore(value: 0)
    let task = Task { () throws -> Void in
      try await Abandonable.run { () throws(StepFailure) in gate.wait() }
    }
    task.cancel()
    await #expect(throws: StepFailure.cancelled) { try await task.value }
    gate.signal()
    try await Abandonable.run { () throws(StepFailure) in }
    await #expect(throws: StepFailure("no")) {
      try await Abandonable.run { () throws(StepFailure) in throw StepFailure("no") }
    }
  }
}
