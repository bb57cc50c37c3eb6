import MissionSteps
import Testing

@Suite struct CodeLanguageTests {
  private func project(_ files: [String]) -> CodeProject {
    CodeProject(path: ".", folder: ".", realFolder: "/w", file: nil, files: files)
  }

  @Test(arguments: [
    (["Makefile", "a.c"], "make"), (["CMakeLists.txt", "Makefile"], "cmake"),
    (["Cargo.toml", "Makefile"], "rust"),
    (["sub/Cargo.toml", "a.c"], "c"), (["a.c", "b.cpp"], "c++"), (["p.sln"], "dotnet"), (["a.js"], "node"),
    (["package.json", "tsconfig.json"], "typescript"), (["a.py", "b.yaml", "c.yaml"], "python"),
  ])
  func `how a project is built is found from its files`(files: [String], language: String) {
    #expect(CodeLanguage.build(of: project(files), known: CompilePlan.languages) == language)
  }

  @Test func `the language of most files wins, and settings do not count beside code`() {
    let known = CodeLanguage.endings.map(\.language)
    #expect(CodeLanguage.source(of: project(["a.py", "b.sh", "c.sh"]), known: known) == "shell")
    #expect(CodeLanguage.source(of: project(["a.json", "b.json", "c.yaml"]), known: known) == "json")
    #expect(CodeLanguage.source(of: project(["a.json", "b.json", "c.go"]), known: known) == "go")
    #expect(CodeLanguage.source(of: project(["readme"]), known: known) == nil)
    #expect(CodeLanguage.language(of: "a.HPP") == "c++")
  }
}
