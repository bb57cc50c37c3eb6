// swift-tools-version: 6.2
import PackageDescription

/// The rules every Swift target is built with: language mode 6, no warning tolerated, and the
/// upcoming features that keep an `async` function on its caller's executor and imports explicit.
let strict: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .treatAllWarnings(as: .error),
  .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .enableUpcomingFeature("InternalImportsByDefault"),
]

/// A Swift target of `Sources/`, with the arrows that ARCHITECTURE.md draws.
func module(_ name: String, imports: [Target.Dependency], exclude: [String] = []) -> Target {
  .target(name: name, dependencies: imports, exclude: exclude, swiftSettings: strict)
}

/// The tests of one target, which mirror its files.
func tests(of name: String, imports: [Target.Dependency] = [], exclude: [String] = []) -> Target {
  .testTarget(
    name: name + "Tests",
    dependencies: [.byName(name: name), "TestSupport"] + imports,
    exclude: exclude, swiftSettings: strict)
}

let package = Package(
  name: "missiond",
  products: [
    .executable(name: "missiond", targets: ["missiond"]),
    .executable(name: "mission", targets: ["mission"]),
    .library(name: "MissionKit", targets: ["MissionKit"]),
  ],
  targets: [
    // C: what `import Glibc` lacks, and the two libraries that missiond is built with.
    .target(name: "CLinux"),
    .systemLibrary(name: "CYaml", pkgConfig: "yaml-0.1", providers: [.apt(["libyaml-dev"])]),
    .systemLibrary(name: "CSQLite", pkgConfig: "sqlite3", providers: [.apt(["libsqlite3-dev"])]),

    // The machinery knows nothing of missions.
    .target(
      name: "Formats", dependencies: ["CYaml"], swiftSettings: strict,
      linkerSettings: [.linkedLibrary("m")]),  // Double's rounding, which only Glibc would link
    module("Posix", imports: ["CLinux"]),
    module("SQLite", imports: ["CSQLite", "Posix"], exclude: ["DESIGN.md"]),
    module("Drivers", imports: ["Posix", "CLinux"]),
    module("Telemetry", imports: ["Formats"]),
    module("HTTP", imports: ["Posix", "Formats", "Telemetry"]),

    // The domain does no I/O.
    module("MissionModel", imports: ["Formats"]),
    module("MissionEngine", imports: ["MissionModel", "Formats"]),
    module("MissionSteps", imports: ["MissionModel", "Formats"]),

    // The adapters join a port of the domain to a machine.
    module("MissionStore", imports: ["MissionModel", "SQLite", "Formats"]),
    module("Sandbox", imports: ["MissionModel", "Posix", "Drivers", "SQLite", "Formats"]),

    // Compositions.
    module(
      "MissionKit",
      imports: [
        "MissionModel", "MissionEngine", "MissionSteps", "MissionStore", "Formats", "Sandbox", "Posix",
      ]),
    module(
      "MissionServer",
      imports: [
        "MissionKit", "MissionStore", "HTTP", "Telemetry", "MissionModel", "MissionEngine",
        "MissionSteps", "Formats", "Sandbox", "Posix", "SQLite",
      ]),
    module(
      "MissionCLI",
      imports: [
        "MissionServer", "MissionKit", "HTTP", "Formats", "MissionModel", "MissionEngine", "Posix",
      ]),
    .executableTarget(name: "missiond", dependencies: ["MissionCLI"], swiftSettings: strict),
    .executableTarget(name: "mission", dependencies: ["MissionCLI"], swiftSettings: strict),

    .target(
      name: "TestSupport",
      dependencies: [
        "MissionModel", "MissionEngine", "Sandbox", "Formats", "Posix", "SQLite", "CLinux", "CSQLite",
      ],
      path: "Tests/TestSupport",
      swiftSettings: strict),
    tests(of: "Formats"),
    tests(of: "Posix", imports: ["CLinux"]),
    tests(of: "SQLite", imports: ["CSQLite", "Posix"]),
    tests(of: "Drivers", imports: ["Posix"]),
    tests(of: "Telemetry", imports: ["Formats"]),
    tests(of: "HTTP", imports: ["Posix", "Formats", "Telemetry"]),
    tests(of: "MissionModel", imports: ["Formats"], exclude: ["Golden"]),
    tests(of: "MissionEngine", imports: ["MissionModel", "Formats"]),
    tests(of: "MissionSteps", imports: ["MissionModel", "Formats", "Sandbox", "Drivers", "Posix"]),
    tests(
      of: "MissionStore", imports: ["MissionModel", "SQLite", "Formats", "Posix"], exclude: ["Golden"]),
    tests(of: "Sandbox", imports: ["MissionModel", "Drivers", "Posix", "SQLite", "Formats"]),
    tests(of: "MissionKit", imports: ["MissionModel", "MissionEngine", "Formats", "Sandbox"]),
    tests(
      of: "MissionServer",
      imports: [
        "MissionKit", "MissionStore", "HTTP", "Telemetry", "MissionModel", "MissionEngine", "Formats",
        "Sandbox", "Posix", "SQLite",
      ]),
    tests(of: "MissionCLI", imports: ["MissionServer", "MissionKit", "HTTP", "Formats", "MissionModel"]),
    .testTarget(
      name: "EndToEndTests", dependencies: ["TestSupport", "Formats", "Posix", "missiond", "mission"],
      swiftSettings: strict),
    .testTarget(
      name: "TidyTests", dependencies: ["MissionSteps", "MissionModel", "TestSupport"], swiftSettings: strict),
  ]
)
