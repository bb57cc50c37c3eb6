import Foundation
import Testing

/// Who changes a file that decides something finds its tests: in a file of its name, in tests that call it by
/// name, or, where it is a part, in those of the file beside it that it is a part of.
@Suite struct MirrorTests {
  /// Files that still wait for tests which call them by name. The list only gets shorter: what has its tests
  /// is taken off, and nothing is put on.
  private static let waiting: Set<String> = [
    "Sources/Formats/Text/ControlCharacters.swift",
    "Sources/Formats/YAML/YAMLLocator.swift",
    "Sources/MissionCLI/Commands/Explain.swift",
    "Sources/MissionCLI/Commands/Run.swift",
    "Sources/MissionCLI/Commands/Submit.swift",
    "Sources/MissionCLI/Daemon/DaemonCommand.swift",
    "Sources/MissionCLI/Daemon/DaemonProcess.swift",
    "Sources/MissionCLI/JobPath.swift",
    "Sources/MissionCLI/LocalRun.swift",
    "Sources/MissionCLI/LogDirectory.swift",
    "Sources/MissionCLI/MissionFile.swift",
    "Sources/MissionCLI/Server.swift",
    "Sources/MissionCLI/StepTypeText.swift",
    "Sources/MissionCLI/Watching.swift",
    "Sources/MissionKit/Local/InMemoryStores.swift",
    "Sources/MissionModel/Loading/ConfigReading.swift",
    "Sources/MissionServer/Daemon/DaemonLog.swift",
    "Sources/MissionServer/Wire/APISchemas.swift",
    "Sources/MissionServer/Wire/JobShape.swift",
    "Sources/MissionServer/Wire/MissionSchema.swift",
    "Sources/MissionServer/Wire/OpenAPIDocument.swift",
    "Sources/MissionServer/Wire/StepResultShape.swift",
    "Sources/MissionServer/Wire/StepTypeShape.swift",
    "Sources/Posix/Signals.swift",
    "Sources/Posix/Spawn.swift",
  ]

  @Test func `every file that decides something has its tests`() {
    let sources = Repository.shared.swift(under: "Sources").filter { $0.stem != "Main" }
    let deciding = sources.filter(decides)
    #expect(deciding.count > 100)
    let tested = testedPaths(of: sources)
    expectNone(
      deciding.filter { !tested.contains($0.path) && !Self.waiting.contains($0.path) }.map { file in
        let folders = ["\(file.components[1])Tests"] + file.components.dropFirst(2).dropLast()
        let name = file.stem.replacingOccurrences(of: "+", with: "")
        return "\(file) decides something: write Tests/\(folders.joined(separator: "/"))/\(name)Tests.swift"
      })
  }

  @Test func `what waits for tests is there and still has none`() {
    let sources = Repository.shared.swift(under: "Sources")
    let untested = Set(sources.map(\.path)).subtracting(testedPaths(of: sources))
    expectNone(
      Self.waiting.subtracting(untested).sorted().map { "\($0) has its tests now: take it off the list" })
  }

  /// Files that a test of their target names, and then, folder by folder, the parts that those name.
  private func testedPaths(of sources: [Repository.File]) -> Set<String> {
    let tests = Dictionary(grouping: Repository.shared.swift(under: "Tests")) { $0.components[1] }
    let called = tests.mapValues { files in files.reduce(into: Set<String>()) { $0.formUnion(words(of: $1)) }
    }
    var tested: Set<String> = []
    for folder in Dictionary(grouping: sources, by: { ($0.path as NSString).deletingLastPathComponent })
      .values
    {
      let known = called[folder[0].components[1] + "Tests", default: []]
      var next = folder.filter { known.contains(mainType($0)) || known.contains(mainType($0) + "Tests") }
      while let file = next.popLast() {
        guard tested.insert(file.path).inserted else { continue }
        let named = words(of: file)
        next += folder.filter { named.contains(mainType($0)) }
      }
    }
    return tested
  }

  private func words(of file: Repository.File) -> Set<String> {
    Set(SwiftText.of(file).code.split { !$0.isLetter && !$0.isNumber && $0 != "_" }.map(String.init))
  }

  /// What a file is named after; `Plan+Ready.swift` belongs to `Plan`.
  private func mainType(_ file: Repository.File) -> String {
    String(file.stem.prefix { $0 != "+" })
  }

  /// A file decides something where one of its functions branches, loops or throws.
  private func decides(_ file: Repository.File) -> Bool {
    SwiftText.of(file).functions().contains {
      $0.body.matches(#"\b(if|guard|switch|for|while|repeat|throw)\b"#)
    }
  }
}
