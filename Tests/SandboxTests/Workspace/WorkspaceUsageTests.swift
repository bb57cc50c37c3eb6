import MissionModel
import Posix
import TestSupport
import Testing

@testable import Sandbox

@Suite struct WorkspaceUsageTests {
  private let words = FileWords("write", "x")

  @Test(arguments: [(99, true), (100, true), (101, false)])
  func `the limit itself may be reached`(bytes: Int64, fits: Bool) async {
    let usage = WorkspaceUsage(limit: 1000)
    let failed = await failure {
      try usage.take(bytes, words) { () throws(StepFailure) in 900 }
    }
    #expect(
      failed?.message
        == (fits
          ? nil
          : "write x: the workspace would hold 1001 bytes, more than its limit of 1000; "
            + "free space in it or raise workspace.max_bytes"))
  }

  @Test func `it is measured anew after an eighth of the limit, and not before`() throws {
    let usage = WorkspaceUsage(limit: 8000)
    var measured = 0
    for _ in 0..<25 {
      try usage.take(100, words) { () throws(StepFailure) in
        measured += 1
        return 0
      }
    }
    #expect(measured == 3)
  }
}
