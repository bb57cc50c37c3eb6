import TestSupport
import Testing

@testable import MissionServer

@Suite struct WorkspaceRuleTests {
  @Test func `a workspace is a directory below a folder that jobs may change`() throws {
    let directory = try TemporaryDirectory()
    _ = try directory.write("x", to: "roots/a/file")
    _ = try directory.write("x", to: "elsewhere/file")
    let roots = [directory / "roots"]
    #expect(WorkspaceRule.refusal(of: directory / "roots/a", roots: roots) == nil)
    #expect(WorkspaceRule.refusal(of: directory / "roots", roots: roots) == nil)
    for path in ["roots/a/file", "elsewhere", "roots/b", "roots/../elsewhere", "roots/a/../../elsewhere"] {
      #expect(WorkspaceRule.refusal(of: directory / path, roots: roots) != nil, "\(path)")
    }
    #expect(WorkspaceRule.refusal(of: "a", roots: ["/"]) == "the workspace \"a\" must be an absolute path")
  }
}
