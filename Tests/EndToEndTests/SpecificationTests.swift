import Formats
import Foundation
import TestSupport
import Testing

/// The missions that the specification shows: each runs whole, or says which step type is still to come.
@Suite struct SpecificationTests {
  private static let folder = (#filePath as NSString).deletingLastPathComponent + "/../Fixtures/missions/"
  private static let names = ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).sorted()
  /// Fragments that leave out `parameters`, or edit a file that nobody made.
  private static let fragments = ["continue-on-error.yaml", "fail-fast.yaml", "step-edit-file.yaml"]

  @Test func `the specification's missions are all here`() {
    #expect(Self.names.count == 17)
    #expect(Self.names.contains("file-processing-pipeline.yaml"))
  }

  @Test(arguments: names.filter { !fragments.contains($0) })
  func `a mission of the specification runs or says what is not in this version yet`(
    name: String
  ) async throws {
    let directory = try TemporaryDirectory()
    let validation = try await TestProcess.run(
      TestProcess.product("mission"), ["validate", Self.folder + name], directory: directory.path)
    let problems = (validation.output + validation.error).split(separator: "\n")
      .filter { $0.contains(": error: ") }
    if problems.isEmpty {
      guard !Self.needsOthers(name) else { return }
      let record = try await TestProcess.run(
        TestProcess.product("mission"), ["run", Self.folder + name], directory: directory.path)
      #expect(record.ending == .exited(0), "\(record.error)")
    } else {
      #expect(validation.ending == .exited(3))
      for problem in problems { #expect(Self.isExpected(problem), "\(problem)") }
    }
  }

  @Test(arguments: fragments)
  func `a fragment of the specification is refused for what it leaves out`(name: String) async throws {
    let directory = try TemporaryDirectory()
    let record = try await TestProcess.run(
      TestProcess.product("mission"), ["run", Self.folder + name], directory: directory.path)
    if name == "step-edit-file.yaml" {
      #expect(record.ending == .exited(1))
      #expect(record.error.contains("no such file or directory"))
    } else {
      #expect(record.ending == .exited(3))
      #expect(record.error.contains("/parameters/path: is required"), "\(record.error)")
    }
  }

  /// Whether a mission asks a service of another host, which a test does not have.
  private static func needsOthers(_ name: String) -> Bool {
    let text = (try? String(contentsOfFile: folder + name, encoding: .utf8)) ?? ""
    return ["http", "llm", "agent", "redis", "sql", "ssh"].contains { service in
      ["", "\""].contains { text.contains("type: \($0)\(service)") }
    }
  }

  /// What a mission may be refused for as long as step types and databases are missing.
  private static func isExpected(_ problem: Substring) -> Bool {
    ["is not in this version yet", "sqlite is possible", "names no database"].contains {
      problem.contains($0)
    }
  }
}
