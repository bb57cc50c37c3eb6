import MissionSteps
import Testing

@Suite struct LintPlanTests {
  private func command(_ language: String, _ files: [String], _ tool: Int = 0) -> String {
    let project = CodeProject(path: ".", folder: ".", realFolder: "/w", file: nil, files: files)
    let call = LintPlan.call(LintPlan.tools(language)[tool], language, project, ["-x"])
    return ([call.tool.programs[0]] + call.arguments).joined(separator: " ")
  }

  @Test func `each language has its linters`() {
    #expect(command("swift", ["a.swift"]) == "swift format lint --parallel -x a.swift")
    #expect(command("rust", ["a.rs"]) == "cargo clippy --message-format=json -x")
    #expect(command("go", ["a.go"]) == "go vet -x a.go")
    #expect(command("go", ["go.mod", "a.go"]) == "go vet -x ./...")
    #expect(command("python", ["a.py"]) == "ruff check --output-format=json -x .")
    #expect(command("python", ["a.py"], 1) == "flake8 -x .")
    #expect(command("typescript", ["a.ts"]) == "eslint --format json -x a.ts")
    #expect(command("shell", ["a.sh", "-b.sh"]) == "shellcheck --format=json1 -x a.sh ./-b.sh")
    #expect(command("c", ["a.c"]) == "clang-tidy --quiet -x a.c --")
    #expect(command("c", ["a.c", "compile_commands.json"]) == "clang-tidy --quiet -x a.c")
    #expect(command("yaml", ["a.yml"]) == "yamllint -f parsable -x .")
    #expect(LintPlan.tools("json").isEmpty)
  }
}
