import MissionModel
import MissionSteps
import Testing

@Suite struct CodeToolTests {
  @Test func `a tool is shown with the package that brings it`() {
    #expect(CodeTool.go.requirement == .program("go", package: "golang-go", isEssential: false))
    #expect(
      CodeTool.zig.requirement
        == .program("zig", "python-zig", package: "ziglang of PyPI", isEssential: false))
    #expect(CodeTool.cc.requirement == .program("cc", "gcc", "clang", package: "gcc", isEssential: false))
  }
}
