import MissionSteps
import Testing

@Suite struct CompilePlanTests {
  private func commands(
    _ language: String, _ files: [String], _ facts: CompilePlan.Facts = .init()
  ) -> [String] {
    let project = CodeProject(path: ".", folder: ".", realFolder: "/w", file: nil, files: files)
    return CompilePlan.calls(language, project, ["-x"], facts).map { call in
      ([call.local ?? call.tool.programs[0]] + call.arguments).joined(separator: " ")
    }
  }

  @Test(arguments: [
    ("swift", ["Package.swift"], ["swift build -x"]), ("swift", ["a.swift"], ["swiftc a.swift -x"]),
    ("rust", ["Cargo.toml"], ["cargo build --message-format=json -x"]),
    ("rust", ["a.rs", "main.rs"], ["rustc --error-format=json -x main.rs"]),
    ("go", ["go.mod"], ["go build -x ./..."]), ("go", ["a.go", "a_test.go"], ["go build -x a.go"]),
    ("c", ["a.c", "b.c"], ["cc -Wall a.c b.c -x"]), ("java", ["A.java"], ["javac A.java -x"]),
    ("maven", ["pom.xml"], ["mvn --batch-mode --no-transfer-progress test-compile -x"]),
    ("gradle", ["build.gradle"], ["gradle --console=plain --no-daemon testClasses -x"]),
    ("typescript", ["tsconfig.json"], ["tsc --pretty false -x"]),
    ("node", ["a.js", "b.mjs"], ["node --check -x a.js", "node --check -x b.mjs"]),
    ("python", ["a.py"], ["python3 -m compileall -f -q -x a.py"]), ("make", ["Makefile"], ["make -x"]),
    ("cmake", ["CMakeLists.txt"], ["cmake -S . -B build -x", "cmake --build build"]),
    ("ninja", ["build.ninja"], ["ninja -x"]), ("zig", ["build.zig"], ["zig build -x"]),
    ("zig", ["a.zig"], ["zig build-exe a.zig -x"]), ("dotnet", ["p.csproj"], ["dotnet build --nologo -x"]),
    ("c", ["a.rs"], []), ("python", ["a.rs"], []),
  ])
  func `each language has its tool`(language: String, files: [String], expected: [String]) {
    #expect(commands(language, files) == expected)
  }

  @Test func `what the project brings goes before the host's`() {
    let local = CompilePlan.Facts(local: ["./gradlew", "./mvnw", "./node_modules/.bin/tsc"])
    #expect(commands("gradle", [], local)[0].hasPrefix("./gradlew "))
    #expect(commands("maven", [], local)[0].hasPrefix("./mvnw "))
    #expect(commands("typescript", ["tsconfig.json"], local)[0].hasPrefix("./node_modules/.bin/tsc "))
  }

  @Test func `without a main no program is linked`() {
    let library = CompilePlan.Facts(hasMain: false)
    #expect(commands("c", ["a.c"], library) == ["cc -Wall -c a.c -x"])
    #expect(commands("rust", ["lib.rs"], library) == ["rustc --error-format=json --crate-type=lib -x lib.rs"])
    #expect(commands("node", ["a.js"], CompilePlan.Facts(hasBuildScript: true)) == ["npm run build -- -x"])
  }
}
