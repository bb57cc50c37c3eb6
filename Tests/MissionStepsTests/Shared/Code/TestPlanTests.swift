import MissionSteps
import Testing

@Suite struct TestPlanTests {
  private func commands(_ language: String, _ files: [String] = [], script: String? = nil) -> [String] {
    var facts = TestPlan.Facts()
    facts.report = "/w/r.xml"
    facts.testScript = script
    let project = CodeProject(path: ".", folder: ".", realFolder: "/w", file: nil, files: files)
    return TestPlan(language, project, ["-x"], filter: "f", facts).calls.map { call in
      ([call.tool.programs[0]] + call.arguments).joined(separator: " ")
    }
  }

  @Test(arguments: [
    ("swift", ["swift test --xunit-output /w/r.xml --filter f -x"]),
    ("rust", ["cargo test --no-fail-fast f -x"]), ("go", ["go test -json -run f -x ./..."]),
    ("pytest", ["pytest --color=no --junitxml=/w/r.xml -k f -x"]),
    ("unittest", ["python3 -m unittest -v -k f -x"]),
    ("maven", ["mvn --batch-mode --no-transfer-progress test -Dtest=f -x"]),
    ("gradle", ["gradle --console=plain --no-daemon test --tests f -x"]), ("make", ["make check TESTS=f -x"]),
    ("node", ["node --test --test-reporter=tap --test-name-pattern=f -x"]),
  ])
  func `each language has its runner and its filter`(language: String, expected: [String]) {
    #expect(commands(language) == expected)
  }

  @Test func `a project of CMake is built before it is tested, a build folder is not`() {
    let ctest = "--output-on-failure --no-tests=error --output-junit /w/r.xml -R f -x"
    #expect(
      commands("cmake") == ["cmake -S . -B build", "cmake --build build", "ctest --test-dir build " + ctest])
    #expect(commands("cmake", ["CTestTestfile.cmake"]) == ["ctest " + ctest])
  }

  @Test(arguments: [
    ("node --test", "npm test -- --test-name-pattern f -x"), ("jest --ci", "npm test -- -t f -x"),
    ("mocha", "npm test -- --grep f -x"), ("./own", "npm test -- -x"),
  ])
  func `a script's runner has a filter of its own`(script: String, expected: String) {
    #expect(commands("node", script: script) == [expected])
  }
}
