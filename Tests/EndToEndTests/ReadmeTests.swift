import Foundation
import TestSupport
import Testing

/// What the README shows is what happens.
@Suite(.timeLimit(.minutes(2))) struct ReadmeTests {
  private static let path = URL(filePath: #filePath).deletingLastPathComponent()
    .appending(path: "../../README.md").standardized
  private static let begin =
    "<!-- step types: written by `UPDATE_README=1 swift test --filter ReadmeTests` -->\n"
  private static let end = "<!-- end -->"

  private let text: String

  init() throws { text = try String(contentsOf: Self.path, encoding: .utf8) }

  @Test func `every console block prints what it shows`() async throws {
    let directory = try TemporaryDirectory()
    try directory.write(try #require(block("yaml")), to: "report.yaml")
    let daemon = try await TestDaemon()
    let programs = (try TestProcess.product("mission") as NSString).deletingLastPathComponent
    let blocks = blocks("console")
    #expect(blocks.count >= 3)
    for block in blocks {
      for (command, expected) in Self.commands(of: block) {
        let shell = try TestProcess(
          "/bin/bash", ["-c", "exec 2>&1; \(command)"],
          environment: [
            "PATH": "\(programs):/usr/local/bin:/usr/bin:/bin", "MISSIOND_URL": daemon.url,
            "HOME": directory.path,
          ],
          directory: directory.path)
        let output = try await shell.ended().output
        #expect(Self.normal(output) == Self.normal(expected), "\(command)")
      }
    }
  }

  @Test func `the table of step types is the catalog`() async throws {
    let listing = try await TestProcess(try TestProcess.product("mission"), ["steps"]).ended().output
    let rows = listing.split(separator: "\n").map { line -> String in
      // The second word is about the host.
      let parts = line.split(separator: " ", maxSplits: 2, omittingEmptySubsequences: true)
      return "| `\(parts[0])` | \(parts[2].trimmingCharacters(in: .whitespaces)) |\n"
    }
    let table = "| type | does |\n|---|---|\n" + rows.joined()
    let start = try #require(text.range(of: Self.begin)).upperBound
    let stop = try #require(text.range(of: Self.end)).lowerBound
    if ProcessInfo.processInfo.environment["UPDATE_README"] == "1" {
      try text.replacingCharacters(in: start..<stop, with: table).write(
        to: Self.path, atomically: true, encoding: .utf8)
    } else {
      #expect(text[start..<stop] == table[...], "write it again with UPDATE_README=1")
    }
  }

  private func block(_ language: String) -> String? { blocks(language).first }

  private func blocks(_ language: String) -> [String] {
    text.components(separatedBy: "```\(language)\n").dropFirst().compactMap {
      $0.components(separatedBy: "```").first
    }
  }

  /// The commands of a block, each with what it prints.
  private static func commands(of block: String) -> [(command: String, expected: String)] {
    block.components(separatedBy: "$ ").dropFirst().map { part in
      let lines = part.split(separator: "\n", maxSplits: 1, omittingEmptySubsequences: false)
      return (String(lines[0]), lines.count > 1 ? String(lines[1]) : "")
    }
  }

  /// Without what differs from run to run: times, the user, and the order of steps that run side by side.
  private static func normal(_ text: String) -> [String] {
    text.split(separator: "\n").map { line in
      String(line).replacing(/^\[ +\d+\.\d\]/, with: "[time]").replacing(/\d+(\.\d)? m?s$/, with: "TIME")
        .replacing(/^\S+ on Linux/, with: "USER on Linux")
    }.sorted()
  }
}
