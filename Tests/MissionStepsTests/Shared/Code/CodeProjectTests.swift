import MissionModel
import MissionSteps
import TestSupport
import Testing

@Suite struct CodeProjectTests {
  private let project = CodeProject(
    path: "p", folder: "p", realFolder: "/w/p", file: nil, files: ["-x.c", "a.c", "sub/b.c", "sub/c.h"])

  @Test(arguments: [
    ("/w/p/a.c", "p/a.c"), ("./a.c", "p/a.c"), ("sub/b.c", "p/sub/b.c"),
    ("/usr/include/x.h", "/usr/include/x.h"),
  ])
  func `files are named so that later steps find them`(file: String, located: String) {
    #expect(project.located(file) == located)
  }

  @Test func `no file is taken for an option`() {
    #expect(project.sources(["c"]) == ["./-x.c", "a.c", "sub/b.c"])
    #expect(project.targets(["h"]) == ["sub/c.h"])
    #expect(project.has("a.c"))
    #expect(!project.has("b.c"))
    #expect(!project.has(suffix: "b.c"))
  }

  @Test func `what tools made or fetched is left out`() async throws {
    let runner = try StepRunner()
    for name in ["a.js", "node_modules/b/c.js", "lib/node_modules/d.js", ".hidden/e.js", "lib/f.js"] {
      try runner.directory.write("", to: name)
    }
    let context = runner.context(StepDeclaration(CompileCodeStep.self))
    let project = try await CodeProject.open(".", .read, for: "test", in: context)
    #expect(project.files == ["a.js", "lib/f.js"])
    #expect(project.realFolder == runner.directory.path)
    let one = try await CodeProject.open("lib/f.js", .read, for: "test", in: context)
    #expect(one.folder == "lib")
    #expect(one.file == "f.js")
    #expect(one.located("f.js") == "lib/f.js")
    #expect(!one.has("f.js"))
  }
}
