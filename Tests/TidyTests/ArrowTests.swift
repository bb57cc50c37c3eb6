import Testing

/// Who may import whom; the picture is in ARCHITECTURE.md.
@Suite struct ArrowTests {
  private static let domain = ["MissionModel", "MissionEngine", "MissionSteps", "Formats"]
  private static let kit = domain + ["MissionStore", "Sandbox", "Posix"]
  private static let server = kit + ["MissionKit", "HTTP", "Telemetry", "SQLite"]

  /// In the order of the arrows: a target imports only targets above it.
  private static let arrows: [(target: String, imports: [String])] = [
    ("CLinux", []), ("CYaml", []), ("CSQLite", []),
    ("Formats", ["CYaml"]),
    ("MissionModel", ["Formats"]),
    ("MissionEngine", ["MissionModel", "Formats"]),
    ("MissionSteps", ["MissionModel", "Formats"]),
    ("Posix", ["CLinux"]),
    ("SQLite", ["CSQLite", "Posix"]),
    ("Drivers", ["Posix", "CLinux"]),
    ("Telemetry", ["Formats"]),
    ("HTTP", ["Posix", "Formats", "Telemetry"]),
    ("MissionStore", ["MissionModel", "SQLite", "Formats"]),
    ("Sandbox", ["MissionModel", "Posix", "Drivers", "SQLite", "Formats"]),
    ("MissionKit", kit),
    ("MissionServer", server),
    (
      "MissionCLI",
      ["MissionServer", "MissionKit", "HTTP", "Formats", "MissionModel", "MissionEngine", "Posix"]
    ),
    ("missiond", ["MissionCLI"]), ("mission", ["MissionCLI"]),
  ]

  /// Parts of the system that a target may use; the domain and `Formats` may use none, for they do no I/O.
  private static let system: Set<String> = ["Glibc", "Dispatch", "Synchronization"]
  private static let pure: Set<String> = ["Formats", "MissionModel", "MissionEngine", "MissionSteps"]

  private struct Import {
    let target: String
    let module: String
    let file: Repository.File
  }

  private static func imports(under folder: String) -> [Import] {
    let pattern =
      #"^\s*(?:@\w+(?:\(\w+\))? )*(?:\w+ )?import (?:(?:struct|class|enum|func|var|let) )?(\w+)"#
    return Repository.shared.swift(under: folder).flatMap { file in
      SwiftText.of(file).code.captures(pattern).map {
        Import(target: file.components[1], module: $0, file: file)
      }
    }
  }

  private let imports = imports(under: "Sources")

  @Test func `imports are found`() {
    #expect(Self.imports(under: "Tests").filter { $0.module == "Testing" }.count >= 8)
  }

  @Test func `the table itself has no cycle`() {
    var above: Set<String> = []
    for (target, imports) in Self.arrows {
      #expect(imports.allSatisfy(above.contains), "\(target) imports a target that stands below it")
      above.insert(target)
    }
  }

  @Test func `every target has a row in the table`() {
    let known = Set(Self.arrows.map(\.target))
    let targets = Set(
      Repository.shared.files.filter { $0.components.first == "Sources" }.map { $0.components[1] })
    #expect(targets.count >= known.count)
    expectNone(
      targets.subtracting(known).sorted().map {
        "Sources/\($0) has no row here: add it, and draw its arrow in ARCHITECTURE.md"
      })
  }

  @Test func `nothing is imported against the arrows`() {
    let table = Dictionary(uniqueKeysWithValues: Self.arrows.map { ($0.target, Set($0.imports)) })
    expectNone(
      imports.compactMap { use in
        let allowed = table[use.target, default: []].union(Self.pure.contains(use.target) ? [] : Self.system)
        guard !allowed.contains(use.module), use.module != use.target else { return nil }
        return "\(use.file) imports \(use.module); \(use.target) may import only "
          + (allowed.isEmpty ? "nothing" : allowed.sorted().joined(separator: ", "))
      })
  }

  @Test func `Foundation stays out of the program`() {
    expectNone(
      imports.filter { $0.module.hasPrefix("Foundation") }.map {
        "\($0.file) imports \($0.module), which costs 2.5 to 20 MB and 8 to 20 times in JSON; only tests may"
      })
  }
}
