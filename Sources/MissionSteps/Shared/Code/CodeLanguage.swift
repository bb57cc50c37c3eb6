/// What a project is written in, found from the names of its files.
package enum CodeLanguage {
  /// Files at the top that say how a project is built, by precedence.
  private static let builds: [(name: String, language: String)] = [
    ("Package.swift", "swift"), ("Cargo.toml", "rust"), ("go.mod", "go"), ("pom.xml", "maven"),
    ("build.gradle", "gradle"), ("build.gradle.kts", "gradle"), ("settings.gradle", "gradle"),
    ("CMakeLists.txt", "cmake"), ("build.ninja", "ninja"), ("tsconfig.json", "typescript"),
    ("package.json", "node"), ("build.zig", "zig"), ("GNUmakefile", "make"), ("Makefile", "make"),
    ("makefile", "make"), ("pyproject.toml", "python"), ("setup.py", "python"),
  ]

  /// The endings of each language's files, by precedence where two are as frequent.
  package static let endings: [(language: String, endings: [String])] = [
    ("swift", ["swift"]), ("rust", ["rs"]), ("go", ["go"]), ("c++", ["cpp", "cc", "cxx"]), ("c", ["c"]),
    ("java", ["java"]), ("typescript", ["ts", "tsx", "mts"]), ("javascript", ["js", "mjs", "cjs", "jsx"]),
    ("python", ["py"]), ("zig", ["zig"]), ("dotnet", ["cs", "fs"]), ("shell", ["sh", "bash"]),
    ("yaml", ["yaml", "yml"]), ("json", ["json"]),
  ]

  /// The endings of one language's files; empty for one without.
  package static func endings(of language: String) -> [String] {
    endings.first { $0.language == language }?.endings ?? []
  }

  /// How a project is built, of the ways that are `known`; nil where nothing tells.
  package static func build(of project: CodeProject, known: [String]) -> String? {
    for build in builds where known.contains(build.language) && project.has(build.name) {
      return build.language
    }
    if known.contains("dotnet"), [".csproj", ".fsproj", ".sln"].contains(where: project.has(suffix:)) {
      return "dotnet"
    }
    return source(of: project, known: known.contains("javascript") ? known : known + ["javascript"]).map {
      $0 == "javascript" && !known.contains("javascript") ? "node" : $0
    }
  }

  /// The language of most files, of those that are `known`; nil where there is none.
  package static func source(of project: CodeProject, known: [String]) -> String? {
    var counts: [String: Int] = [:]
    for file in project.files {
      if let language = language(of: file), known.contains(language) { counts[language, default: 0] += 1 }
    }
    // C and C++ in one folder is a C++ program with parts in C.
    if counts["c++"] != nil { counts["c++", default: 0] += counts.removeValue(forKey: "c") ?? 0 }
    // What settings are written in says nothing of a folder that holds code.
    if counts.keys.contains(where: { $0 != "yaml" && $0 != "json" }) {
      counts["yaml"] = nil
      counts["json"] = nil
    }
    guard let most = counts.values.max() else { return nil }
    return endings.first { counts[$0.language] == most }?.language
  }

  /// The language of one file, by its ending.
  package static func language(of file: String) -> String? {
    guard let dot = file.lastIndex(of: ".") else { return nil }
    let ending = file[file.index(after: dot)...].lowercased()
    if ending == "h" { return "c" }
    if ["hpp", "hh", "hxx"].contains(ending) { return "c++" }
    return endings.first { $0.endings.contains(ending) }?.language
  }
}
