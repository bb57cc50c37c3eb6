import Glibc
import TestSupport
import Testing

@testable import MissionServer

@Suite struct WorkspaceRuleTests {
  private let directory: TemporaryDirectory

  init() throws {
    directory = try TemporaryDirectory()
    _ = try directory.write("x", to: "roots/a/file")
    _ = try directory.write("x", to: "roots/secret/keys/file")
    _ = try directory.write("x", to: "elsewhere/file")
  }

  private func judge(_ path: String, closed: [String] = []) throws(WorkspaceRule.Refusal) -> String {
    try WorkspaceRule.judge(directory / path, roots: [directory / "roots"], closed: closed)
  }

  @Test func `a workspace is a directory below a folder that jobs may change`() throws {
    #expect(try judge("roots/a") == directory / "roots/a")
    #expect(try judge("roots") == directory / "roots")
    for (path, reason) in [
      ("roots/a/file", "is no directory"), ("roots/b", "does not exist"),
      ("elsewhere", "is below none of paths.write of the configuration"),
      ("roots/../elsewhere", "is below none of paths.write of the configuration"),
    ] {
      #expect(throws: WorkspaceRule.Refusal(reason: "the workspace \(directory / path) \(reason)")) {
        try judge(path)
      }
    }
    #expect(throws: WorkspaceRule.Refusal(reason: "the workspace \"a\" must be an absolute path")) {
      try WorkspaceRule.judge("a", roots: ["/"], closed: [])
    }
  }

  @Test func `however a workspace is written, it is told by where it is`() throws {
    symlink(directory / "roots/a", directory / "link")
    for path in ["roots/a/", "roots/./a", "roots/a/../a", "link"] {
      #expect(try judge(path) == directory / "roots/a")
    }
  }

  @Test func `a workspace lies in no place that stays closed, but may hold one`() throws {
    let closed = directory / "roots/secret"
    #expect(try judge("roots", closed: [closed]) == directory / "roots")
    for path in ["roots/secret", "roots/secret/keys"] {
      let reason = "the workspace \(directory / path) lies in \(closed), which stays closed to missions"
      #expect(throws: WorkspaceRule.Refusal(reason: reason)) { try judge(path, closed: [closed]) }
    }
  }
}
