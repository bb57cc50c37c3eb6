import Foundation
import Formats
import MissionModel
import Testing

/// Each `Golden/*.mission` is a document, a line `-----`, and what the loader says of it.
///
/// `UPDATE_GOLDEN=1 swift test --filter GoldenTests` writes the second half anew, to be read before it is
/// committed.
@Suite struct GoldenTests {
  static let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .appending(path: "Golden")

  static let files =
    (try? FileManager.default.contentsOfDirectory(atPath: folder.path()))?
    .filter { $0.hasSuffix(".mission") }.sorted() ?? []

  @Test(arguments: files)
  func `the loader says of a document what its golden file says`(file: String) throws {
    let url = Self.folder.appending(path: file)
    let parts = try String(contentsOf: url, encoding: .utf8).components(separatedBy: "\n-----\n")
    let rule: DocumentLoader.UnknownFields = file.contains(".warn.") ? .warn : .error
    let said = Self.describe(parts[0] + "\n", rule)
    if ProcessInfo.processInfo.environment["UPDATE_GOLDEN"] != nil {
      try Data((parts[0] + "\n-----\n" + said).utf8).write(to: url)
    }
    #expect(said == parts.dropFirst().joined(separator: "\n-----\n"))
    #expect(Self.describe(parts[0] + "\n", rule, bySide: true) == said, "two threads say the same")
  }

  @Test func `there are golden files`() {
    #expect(Self.files.count >= 20)
  }

  private static func describe(
    _ document: String, _ rule: DocumentLoader.UnknownFields, bySide: Bool = false
  ) -> String {
    let loader = DocumentLoader(
      catalog: LoaderSteps.catalog, unknownFields: rule, makeSide: bySide ? SideThread.oneAtATime : nil,
      largeBytes: 0)
    do throws(ValidationError) {
      let loaded = try loader.load(Array(document.utf8))
      let steps = loaded.mission.steps.map { step in
        let parameters = String(decoding: loaded.mission.source[step.parameters], as: UTF8.self)
        return "\(step.id) \(step.type) \(step.dependsOn) \(parameters)"
      }
      return lines(["\(loaded.format.rawValue) \(loaded.mission.name) \(loaded.mission.version)"] + steps)
        + lines(loaded.warnings.map(describe))
    } catch {
      return lines(error.problems.map(describe))
    }
  }

  private static func describe(_ problem: Problem) -> String {
    let hint = problem.hint.map { " (\($0))" } ?? ""
    return
      "\(problem.severity.rawValue) \(problem.line):\(problem.column) \(problem.pointer): \(problem.message)\(hint)"
  }

  private static func lines(_ lines: [String]) -> String { lines.map { $0 + "\n" }.joined() }
}
