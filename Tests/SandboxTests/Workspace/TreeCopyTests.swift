import Glibc
import MissionModel
import Posix
import TestSupport
import Testing

@testable import Sandbox

@Suite struct TreeCopyTests {
  @Test(arguments: [true, false])
  func `a link that is there already is replaced only where it may be`(overwrite: Bool) async throws {
    let directory = try TemporaryDirectory()
    try directory.write("", to: "from/.keep")
    try directory.write("", to: "to/.keep")
    symlink("new", directory / "from/l")
    symlink("old", directory / "to/l")
    let files = try WorkspaceLive(directory.path).files
    let options = CopyOptions(overwrite: overwrite, recursive: true)
    try directory.write("", to: "unrelated")
    let failed = await failure { try await files.copy("from", "to", options) }
    #expect((failed == nil) == overwrite)
    var target = [CChar](repeating: 0, count: 8)
    #expect(readlink(directory / "to/l", &target, 7) == 3)
    #expect(target.prefix(4).map(\.self) == [CChar](name: overwrite ? "new" : "old"))
  }

  @Test func `a file in the place of a folder is said`() async throws {
    let directory = try TemporaryDirectory()
    try directory.write("", to: "from/x")
    try directory.write("", to: "to/x/y")
    let files = try WorkspaceLive(directory.path).files
    #expect(
      await failure { try await files.copy("from", "to", CopyOptions(recursive: true)) }?.message
        == "copy from to to/x: is a directory (21)")
  }
}
