import MissionModel
import TestSupport
import Testing

@testable import Sandbox

@Suite struct PathJudgeTests {
  @Test(arguments: [
    ("/a/b/c", "/a/b", "c"), ("/a", "/", "a"), ("/a/b/", "/a", "b"), ("/a//b", "/a/", "b"), ("/", "/", ""),
  ])
  func `a path is split at its last name`(path: String, folder: String, name: String) {
    let (gotFolder, gotName) = PathJudge.split(path)
    #expect(gotFolder == folder)
    #expect(gotName == name)
  }

  @Test func `a place that exists is given with the folder in which it really lies`() throws {
    let directory = try TemporaryDirectory()
    try directory.write("", to: "real/x")
    let judge = PathJudge(WorkspaceRoots(workspace: Array(directory.path.utf8)))
    let words = FileWords("write", "./real/../real//x")
    let slot = try judge.slot(words, follow: true, makesParents: false)
    #expect(slot.real == Array((directory / "real/x").utf8))
    #expect(slot.name.nameText == "x")
  }

  @Test func `parents are made only when asked for`() async throws {
    let directory = try TemporaryDirectory()
    let judge = PathJudge(WorkspaceRoots(workspace: Array(directory.path.utf8)))
    let words = FileWords("write", "a/b/c")
    #expect(
      await failure { try judge.slot(words, follow: true, makesParents: false) }?.message
        == "write a/b/c: no such file or directory (2)")
    _ = try judge.slot(words, follow: true, makesParents: true)
    #expect(directory.entries("a") == ["b"])
  }
}
