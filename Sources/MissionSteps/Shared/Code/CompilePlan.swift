/// The calls that compile a project.
package enum CompilePlan {
  /// What `language` may be.
  package static let languages = [
    "swift", "rust", "go", "c", "c++", "java", "maven", "gradle", "typescript", "node", "python", "make",
    "cmake", "ninja", "zig", "dotnet",
  ]

  /// What is known of a project beyond the names of its files.
  package struct Facts: Sendable {
    /// Whether some source defines where a program starts; without it objects or a library are made.
    package var hasMain: Bool
    /// Programs that the project brings: `./gradlew`, `./mvnw`, `./node_modules/.bin/tsc`.
    package var local: Set<String>
    /// Whether `package.json` has a script `build`.
    package var hasBuildScript: Bool

    /// A program, if the project brings it.
    package func program(_ name: String) -> String? { local.contains(name) ? name : nil }

    /// States the facts.
    package init(hasMain: Bool = true, local: Set<String> = [], hasBuildScript: Bool = false) {
      self.hasMain = hasMain
      self.local = local
      self.hasBuildScript = hasBuildScript
    }
  }

  /// The calls for a language, to be made one after another; empty where there is no source to compile.
  package static func calls(
    _ language: String, _ project: CodeProject, _ arguments: [String], _ facts: Facts
  ) -> [CodeInvocation] {
    func sources(_ tool: CodeTool, _ endings: [String], _ own: [String]) -> [CodeInvocation] {
      let files = project.targets(endings)
      return files.isEmpty ? [] : [CodeInvocation(tool, own + files + arguments, .colon)]
    }
    switch language {
    case "swift" where project.has("Package.swift"):
      return [CodeInvocation(.swift, ["build"] + arguments, .colon)]
    case "swift": return sources(.swiftc, ["swift"], facts.hasMain ? [] : ["-parse-as-library", "-c"])
    case "rust" where project.has("Cargo.toml"):
      return [CodeInvocation(.cargo, ["build", "--message-format=json"] + arguments, .rustJSON)]
    case "rust": return rust(project, arguments, facts)
    case "go" where project.has("go.mod"):
      return [CodeInvocation(.go, ["build"] + arguments + ["./..."], .bareErrors)]
    case "go":
      let files = project.targets(["go"]).filter { !$0.hasSuffix("_test.go") }
      return files.isEmpty ? [] : [CodeInvocation(.go, ["build"] + arguments + files, .bareErrors)]
    case "c": return sources(.cc, ["c"], ["-Wall"] + (facts.hasMain ? [] : ["-c"]))
    case "c++": return sources(.cxx, ["cpp", "cc", "cxx", "c"], ["-Wall"] + (facts.hasMain ? [] : ["-c"]))
    case "java": return sources(.javac, ["java"], [])
    case "zig" where project.has("build.zig"): return [CodeInvocation(.zig, ["build"] + arguments, .colon)]
    case "zig": return sources(.zig, ["zig"], [facts.hasMain ? "build-exe" : "build-obj"])
    case "typescript", "node", "python": return interpreted(language, project, arguments, facts)
    default: return builds(language, project, arguments, facts)
    }
  }

  /// Languages whose tool is a program that checks or translates.
  private static func interpreted(
    _ language: String, _ project: CodeProject, _ arguments: [String], _ facts: Facts
  ) -> [CodeInvocation] {
    switch language {
    case "typescript":
      let tsc = facts.program("./node_modules/.bin/tsc")
      if project.has("tsconfig.json") {
        return [CodeInvocation(.tsc, local: tsc, ["--pretty", "false"] + arguments, .parenthesis)]
      }
      let files = project.targets(["ts", "tsx", "mts"])
      return files.isEmpty
        ? [] : [CodeInvocation(.tsc, local: tsc, ["--pretty", "false"] + arguments + files, .parenthesis)]
    case "node" where facts.hasBuildScript:
      return [CodeInvocation(.npm, ["run", "build"] + (arguments.isEmpty ? [] : ["--"] + arguments), .node)]
    case "node":
      return project.targets(["js", "mjs", "cjs"]).map {
        CodeInvocation(.node, ["--check"] + arguments + [$0], .node)
      }
    case "python":
      return [
        CodeInvocation(
          .python, ["-m", "compileall", "-f", "-q"] + arguments + project.targets(["py"]), .python)
      ].filter { _ in !project.targets(["py"]).isEmpty }
    default: preconditionFailure("\(language) is not interpreted")
    }
  }

  /// Projects that say themselves how they are built.
  private static func builds(
    _ language: String, _ project: CodeProject, _ arguments: [String], _ facts: Facts
  ) -> [CodeInvocation] {
    switch language {
    case "maven":
      return [
        CodeInvocation(.maven, local: facts.program("./mvnw"), maven + ["test-compile"] + arguments, .maven)
      ]
    case "gradle":
      return [
        CodeInvocation(
          .gradle, local: facts.program("./gradlew"), gradle + ["testClasses"] + arguments, .colon)
      ]
    case "make": return [CodeInvocation(.make, makefile(project) + arguments, .colon)]
    case "cmake":
      return [
        CodeInvocation(.cmake, ["-S", ".", "-B", "build"] + arguments, .cmake),
        CodeInvocation(.cmake, ["--build", "build"], .cmake),
      ]
    case "ninja": return [CodeInvocation(.ninja, arguments, .colon)]
    case "dotnet":
      return [CodeInvocation(.dotnet, ["build", "--nologo"] + arguments, .parenthesis)]
    default: preconditionFailure("\(language) is none of CompilePlan.languages")
    }
  }

  /// Maven without colours, questions and lines of progress.
  package static let maven = ["--batch-mode", "--no-transfer-progress"]
  /// Gradle without colours, and without a daemon that would outlive the step.
  package static let gradle = ["--console=plain", "--no-daemon"]

  private static func rust(
    _ project: CodeProject, _ arguments: [String], _ facts: Facts
  ) -> [CodeInvocation] {
    let files = project.targets(["rs"])
    // A crate is compiled by its root alone.
    guard
      let root = files.first(where: { $0.hasSuffix("main.rs") }) ?? files.first(where: {
        $0.hasSuffix("lib.rs")
      })
        ?? files.first
    else { return [] }
    let kind = facts.hasMain ? [] : ["--crate-type=lib"]
    return [CodeInvocation(.rustc, ["--error-format=json"] + kind + arguments + [root], .rustJSON)]
  }

  private static func makefile(_ project: CodeProject) -> [String] {
    project.file.map { ["-f", CodeProject.argument($0)] } ?? []
  }

  /// What the text of a source must hold for a program to start there, by language.
  package static func mains(of language: String) -> [String] {
    switch language {
    case "swift": ["@main"]
    case "rust": ["fn main("]
    case "zig": ["pub fn main("]
    case "c", "c++": ["main(", "main ("]
    default: []
    }
  }
}
