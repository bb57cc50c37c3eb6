import Glibc
import MissionModel
import Posix
import TestSupport
import Testing

@testable import Sandbox

@Suite struct FileCopyTests {
  private let directory: TemporaryDirectory
  private let workspace: WorkspaceLive
  private let words = FileWords("copy a to", "b")

  init() throws {
    directory = try TemporaryDirectory()
    try directory.write("hello", to: "a")
    workspace = try WorkspaceLive(directory.path)
  }

  @Test func `a copy that reads back differently fails`() async throws {
    let target = try workspace.begin(words, WriteOptions())
    var copy = FileCopy(try workspace.openToRead(FileWords("copy", "a")), to: target, verifies: true)
    while copy.bytes < 5 { _ = try copy.advance(words) }
    _ = try copy.advance(words)
    #expect(pwrite(target.descriptor.rawValue, "H", 1, 0) == 1)
    let failed = await failure { while !copy.outcome.isOver { _ = try copy.advance(words) } }
    #expect(
      failed?.message == "copy a to b: what was written reads back differently; the disk may be failing")
  }

  @Test(arguments: [true, false]) func `an empty file is copied`(verifies: Bool) throws {
    try directory.write("", to: "empty")
    let target = try workspace.begin(words, WriteOptions())
    var copy = FileCopy(try workspace.openToRead(FileWords("copy", "empty")), to: target, verifies: verifies)
    while !copy.outcome.isOver { _ = try copy.advance(words) }
    #expect(copy.bytes == 0)
    #expect((copy.outcome.sha256 != nil) == verifies)
  }
}
