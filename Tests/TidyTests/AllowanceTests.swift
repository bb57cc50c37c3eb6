import Testing

/// Constructs that are right now and then: each target has a number of them, each with its reason beside it.
///
/// A number goes down whenever it can. To raise one, say in the commit message why nothing else will do.
@Suite struct AllowanceTests {
  /// Switches the compiler's check of data races off; the comment above proves what it cannot see.
  private static let unchecked: [String: Int] = [
    "Posix": 12, "SQLite": 8, "HTTP": 6, "Drivers": 9, "Sandbox": 4, "MissionServer": 4, "MissionCLI": 2,
    "Telemetry": 2, "MissionKit": 2, "MissionModel": 3,
  ]

  /// Drops an error that nobody could act on, or that is the answer; the comment says so.
  private static let dropped: [String: Int] = [
    "Posix": 9, "SQLite": 1, "Formats": 10, "MissionModel": 4, "MissionEngine": 4, "MissionSteps": 9,
    "MissionStore": 1, "Sandbox": 17, "MissionServer": 2, "MissionCLI": 4, "Drivers": 4,
  ]

  /// Starts work that no parent waits for: where a service or a request begins, and in the executor, which
  /// counts its attempts, commits and clocks itself and ends when the last of them has; what puts a merge
  /// back or a report in its place, which a cancel must not stop; and the word of a cancel to an actor.
  private static let unstructured: [String: Int] = [
    "HTTP": 2, "MissionEngine": 6, "MissionServer": 2, "MissionKit": 1, "MissionCLI": 2,
    "MissionStore": 1, "MissionSteps": 2, "Sandbox": 1,
  ]

  private struct Use {
    let file: Repository.File
    let line: Int
    let isExplained: Bool
    var target: String { file.components[1] }
  }

  @Test func `data race checks are switched off only with a proof`() {
    let uses = uses(of: #"@unchecked\s+Sendable|nonisolated\(unsafe\)|unsafeBitCast"#)
    expectNone(over(Self.unchecked, uses, "switch the race check off"))
    expectNone(
      uses.filter { !$0.isExplained }.map {
        "\($0.file):\($0.line): write above it, in a comment, what proves that it is safe"
      })
  }

  @Test func `errors are dropped in few places, each with a reason`() {
    let uses = uses(of: #"\btry\?"#)
    expectNone(over(Self.dropped, uses, "drop an error by try?"))
    expectNone(
      uses.filter { !$0.isExplained }.map {
        "\($0.file):\($0.line): write above it, in a comment, why nobody has to hear of the error"
      })
  }

  @Test func `tasks without a parent begin in few places`() {
    expectNone(
      over(
        Self.unstructured, uses(of: #"\bTask(\.detached|\.immediate)?\s*(\([^)]*\)\s*)?\{"#), "start a Task"))
  }

  private func uses(of pattern: String) -> [Use] {
    Repository.shared.swift(under: "Sources").flatMap { file in
      let text = SwiftText.of(file)
      return text.codeLines.indices.filter { text.codeLines[$0].matches(pattern) }.map { index in
        Use(file: file, line: index + 1, isExplained: isExplained(index, in: text.lines))
      }
    }
  }

  /// True where a comment stands on the line, or above it over attributes and what belongs to the statement.
  private func isExplained(_ index: Int, in lines: [String]) -> Bool {
    lines[max(0, index - 4)...index].contains { $0.contains("//") }
  }

  private func over(_ allowance: [String: Int], _ uses: [Use], _ what: String) -> [String] {
    Dictionary(grouping: uses, by: \.target).sorted { $0.key < $1.key }.flatMap { target, uses in
      let most = allowance[target, default: 0]
      guard uses.count > most else { return [String]() }
      return [
        "\(target): \(uses.count) places \(what), \(most) are allowed; find another way, or raise the number:"
      ]
        + uses.map { "  \($0.file):\($0.line)" }
    }
  }
}
