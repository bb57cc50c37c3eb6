import TestSupport
import Testing

@testable import MissionServer

@Suite struct WorkspaceRuleTests {
  @Test func `a workspace is a directory below a folder that jobs may change`() throws {
    let directory = try TemporaryDirectory()
    _ = try directory.write("x", to: "roots/a/file")
    _ = try directory.write("x", to: "elsewhere/file")
    let roots = [directory / "roots"]
    #expect(WorkspaceRule.refusal(of: directory / "roots/a", roots: roots, closed: []) == nil)
    #expect(WorkspaceRule.refusal(of: directory / "roots", roots: roots, closed: []) == nil)
    for path in ["roots/a/file", "elsewhere", "roots/b", "roots/../elsewhere", "roots/a/../../elsewhere"] {
      #expect(WorkspaceRule.refusal(of: directory / path, roots: roots, closed: []) != nil, "\(path)")
    }
    #expect(
      WorkspaceRule.refusal(of: "a", roots: ["/"], closed: [])
        == "the workspace \"a\" must be an absolute path")
  }

  @Test func `a workspace lies in no place that stays closed, but may hold one`() throws {
    let directory = try TemporaryDirectory()
    _ = try directory.write("x", to: "roots/secret/keys/file")
    let closed = directory / "roots/secret"
    func refusal(_ path: String) -> String? {
      WorkspaceRule.refusal(of: directory / path, roots: [directory / "roots"], closed: [closed])
    }
    #expect(refusal("roots") == nil)
    for path in ["roots/secret", "roots/secret/keys"] {
      let path = directory / path
      #expect(
        refusal("roots" + path.dropFirst((directory / "roots").count))
          == "the workspace \(path) lies in \(closed), which stays closed to missions")
    }
  }
}
