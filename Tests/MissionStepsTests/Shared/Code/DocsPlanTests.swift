import MissionSteps
import Testing

@Suite struct DocsPlanTests {
  private func calls(_ format: String, _ files: [String]) -> [String] {
    let project = CodeProject(path: ".", folder: ".", realFolder: "/w/my-pets", file: nil, files: files)
    let places = DocsPlan.Places(output: "/o", scratch: "/s")
    return DocsPlan.calls(format, project, files, ["-x"], places).map { call in
      ([call.tool.programs[0]] + call.arguments.filter { !$0.contains("\n") }).joined(separator: " ")
    }
  }

  @Test func `each format has its calls`() {
    #expect(calls("javadoc", ["-A.java"]).first?.hasSuffix(" -d /o -x ./-A.java") == true)
    #expect(
      calls("cargo doc", ["src/lib.rs"]) == [
        "cargo doc --no-deps --message-format=json --target-dir /o -x"
      ])
    #expect(
      calls("go doc", ["a.go", "b/c.go", "b/d.go", "e/f_test.go"]) == [
        "go doc -all -x .", "go doc -all -x ./b",
      ])
    #expect(calls("doxygen", ["a.c"]) == ["doxygen -x -"])
    let docc = calls("docc", ["a.swift", "Pets.docc/Pets.md"])
    #expect(docc.first?.contains(" -module-name my_pets ") == true)
    #expect(docc.last?.hasPrefix("docc convert Pets.docc --additional-symbol-graph-dir /s/symbols ") == true)
    #expect(docc.last?.hasSuffix(" --output-path /o -x") == true)
    #expect(calls("docc", ["Package.swift"]).first?.hasPrefix("swift build --scratch-path /s/build ") == true)
  }

  @Test func `only what Python can import is a module`() {
    #expect(
      calls(
        "pydoc", ["src/p/__init__.py", "src/p/m.py", "setup.py", "p/__main__.py", "my-script.py", "1.py"])
        == ["python3 -c -x /w/my-pets /o p p.m"])
    #expect(calls("pydoc", ["setup.py"]).isEmpty)
  }
}
