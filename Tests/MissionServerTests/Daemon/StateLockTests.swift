import TestSupport
import Testing

@testable import MissionServer

@Suite struct StateLockTests {
  @Test func `the holder is named, and its end frees the lock`() throws {
    let directory = try TemporaryDirectory()
    let path = directory / "lock"
    var lock: StateLock? = try StateLock(path, directory: directory.path)
    let error = #expect(throws: StartError.self) { try StateLock(path, directory: directory.path) }
    #expect(
      error?.description.hasPrefix("the state directory \(directory.path) is in use by missiond (process ")
        == true)
    _ = lock
    lock = nil
    _ = try StateLock(path, directory: directory.path)
  }
}
