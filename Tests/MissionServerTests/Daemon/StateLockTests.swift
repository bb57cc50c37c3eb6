import Glibc
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

  @Test(arguments: [true, false])
  func `the lock of a dead daemon is waited for: a child that it was starting may still hold it`(
    isReaped: Bool
  ) async throws {
    let directory = try TemporaryDirectory()
    var dead: TestProcess? = try TestProcess("true", [], environment: [:], directory: directory.path)
    let path = try directory.write("\(dead?.pid ?? 0)\n", to: "lock")
    _ = try await dead?.ended()
    if isReaped { dead = nil }
    var held = open(path, O_RDWR)
    try #require(flock(held, LOCK_EX | LOCK_NB) == 0)
    var pauses = 0
    _ = try StateLock(path, directory: directory.path) {
      pauses += 1
      if pauses == 3 {
        close(held)
        held = -1
      }
    }
    #expect(pauses == 3)
    #expect(try directory.read("lock") == "\(getpid())\n")
    withExtendedLifetime(dead) {}
  }
}
