@testable import MissionSteps
import Testing

@Suite struct GitStatusReportTests {
  private let ids = "100644 100644 100644 1111 2222"

  private func report(_ records: String...) -> GitStatusReport {
    GitStatusReport(Array(records.map { $0 + "\0" }.joined().utf8))
  }

  @Test func `the headers tell branch, commit and upstream`() {
    let full = report(
      "# branch.oid abc", "# branch.head a/b", "# branch.upstream origin/a/b", "# branch.ab +2 -13")
    #expect(full.branch == "a/b")
    #expect(full.commit == "abc")
    #expect(full.upstream == "origin/a/b")
    #expect(full.ahead == 2)
    #expect(full.behind == 13)
    let bare = report("# branch.oid (initial)", "# branch.head (detached)", "# stash 3")
    #expect(bare.branch == nil)
    #expect(bare.commit == nil)
    #expect(bare.ahead == nil)
    #expect(bare.files.isEmpty)
  }

  @Test func `each kind of record becomes a file`() {
    let files = report(
      "1 .M N... \(ids) a b\tc\nd", "1 AD N... \(ids) é", "2 R. N... \(ids) R100 new name", "old name",
      "u UU N... 100644 100644 100644 100644 1 2 3 both", "? -new", "! ignored/", "x whatever", ""
    ).files
    #expect(
      files == [
        .init(path: "a b\tc\nd", index: "unmodified", worktree: "modified"),
        .init(path: "é", index: "added", worktree: "deleted"),
        .init(path: "new name", index: "renamed", worktree: "unmodified", originalPath: "old name"),
        .init(path: "both", index: "unmerged", worktree: "unmerged"),
        .init(path: "-new", index: "untracked", worktree: "untracked"),
        .init(path: "ignored/", index: "ignored", worktree: "ignored"),
      ])
  }

  @Test func `a record that was cut off is left out`() {
    #expect(report("1 .M N... 100644").files.isEmpty)
    #expect(report("1", "2 R.", "# branch.ab +1").files.isEmpty)
  }

  @Test(arguments: [
    ("M", "modified"), ("T", "type_changed"), ("C", "copied"), ("U", "unmerged"), ("?", "unknown"),
  ])
  func `letters are told in words`(letter: String, word: String) {
    #expect(GitChange.word(letter.first) == word)
  }
}
