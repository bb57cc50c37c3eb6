@testable import MissionSteps
import Testing

@Suite struct GitDiffSummaryTests {
  private func summary(_ records: String...) -> GitDiffSummary {
    GitDiffSummary(Array(records.map { $0 + "\0" }.joined().utf8))
  }

  @Test func `raw lines and numbers of one file come together`() {
    let summary = summary(
      ":100644 100644 1 2 M", "a b", ":100644 100644 1 2 R090", "old", "new\nname", ":000000 100644 0 1 A",
      "bin",
      "3\t1\ta b", "1\t2\t", "old", "new\nname", "-\t-\tbin")
    #expect(
      summary.files == [
        .init(path: "a b", additions: 3, deletions: 1, status: "modified"),
        .init(path: "new\nname", additions: 1, deletions: 2, status: "renamed"),
        .init(path: "bin", additions: nil, deletions: nil, status: "added"),
      ])
    #expect(summary.additions == 4)
    #expect(summary.deletions == 3)
  }

  @Test func `a file in conflict is told once, as unmerged`() {
    let summary = summary(":000000 100644 0 0 U", "a", ":100644 100644 1 0 M", "a", "4\t0\ta")
    #expect(summary.files == [.init(path: "a", additions: 4, deletions: 0, status: "unmerged")])
  }

  @Test func `what is cut off is left out`() {
    #expect(summary().files.isEmpty)
    #expect(summary(":100644 100644 1 2 M").files.isEmpty)
    #expect(summary("1\t2").files.isEmpty)
    #expect(summary("1\t2\t", "old").files.isEmpty)
  }
}
