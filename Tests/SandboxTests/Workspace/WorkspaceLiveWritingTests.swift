import Glibc
import MissionModel
import Posix
import TestSupport
import Testing

@testable import Sandbox

/// What happens when the disk says no, at each call that a write makes.
@Suite struct WorkspaceLiveWritingTests {
  @Test(arguments: ["open", "sync", "rename"] as [StaticString])
  func `a failing call leaves the old file and no litter`(operation: StaticString) throws {
    let directory = try TemporaryDirectory()
    try directory.write("old", to: "x")
    let workspace = try WorkspaceLive(directory.path)
    var wasReached = false
    for nth in 1...20 {
      var failed: StepFailure?
      let (_, fired) = withFault(operation, nth: nth, code: ENOSPC) {
        do throws(StepFailure) {
          let words = FileWords("write", "x")
          let file = try workspace.begin(words, WriteOptions())
          _ = try workspace.commit(file, words, WriteOptions())
        } catch { failed = error }
      }
      guard fired else { break }
      wasReached = true
      #expect(
        failed?.message == "write x: no space left on device (28); free space in the workspace")
      #expect(directory.entries() == ["x"])
    }
    #expect(wasReached)
  }
}
