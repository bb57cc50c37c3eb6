/// What `git status --porcelain=v2 --branch -z` says (git-status(1), "Porcelain Format Version 2").
package struct GitStatusReport: Sendable, Equatable {
  /// One file that is not as the last commit has it.
  package struct File: Sendable, Equatable {
    package var path: String
    /// How the index differs from the commit: `modified`, `added`, `unmerged`, … or `unmodified`.
    package var index: String
    /// How the working tree differs from the index.
    package var worktree: String
    /// Where a renamed or copied file was before.
    package var originalPath: String?
  }

  /// Nil where HEAD is detached.
  package private(set) var branch: String?
  /// Nil before the first commit.
  package private(set) var commit: String?
  package private(set) var upstream: String?
  /// Commits that only the branch has; nil without an upstream.
  package private(set) var ahead: Int?
  /// Commits that only the upstream has.
  package private(set) var behind: Int?
  package private(set) var files: [File] = []

  /// Parses the report; lines of kinds that are not known yet are left out, as the manual asks.
  package init(_ bytes: [UInt8]) {
    var records = bytes.split(separator: 0).map { String(decoding: $0, as: UTF8.self) }[...]
    while let record = records.popFirst() {
      switch record.first {
      case "#": readHeader(record)
      case "1": append(record, fields: 8, original: nil)
      case "2": append(record, fields: 9, original: records.popFirst())
      case "u": append(record, fields: 10, original: nil)
      case "?": append(path: record.dropFirst(2), as: "untracked")
      case "!": append(path: record.dropFirst(2), as: "ignored")
      default: break
      }
    }
  }

  private mutating func readHeader(_ record: String) {
    let words = record.split(separator: " ", maxSplits: 2).map(String.init)
    guard words.count == 3 else { return }
    switch words[1] {
    case "branch.oid": commit = words[2] == "(initial)" ? nil : words[2]
    case "branch.head": branch = words[2] == "(detached)" ? nil : words[2]
    case "branch.upstream": upstream = words[2]
    case "branch.ab":
      let counts = words[2].split(separator: " ").map { Int($0.dropFirst()) }
      guard counts.count == 2 else { return }
      (ahead, behind) = (counts[0], counts[1])
    default: break
    }
  }

  /// `fields` is how many words stand before the path, which may hold blanks itself.
  private mutating func append(_ record: String, fields: Int, original: String?) {
    let words = record.split(separator: " ", maxSplits: fields, omittingEmptySubsequences: false)
    guard words.count == fields + 1, words[1].count == 2 else { return }
    let isUnmerged = words[0] == "u"
    files.append(
      File(
        path: String(words[fields]),
        index: isUnmerged ? "unmerged" : GitChange.word(words[1].first),
        worktree: isUnmerged ? "unmerged" : GitChange.word(words[1].last), originalPath: original))
  }

  private mutating func append(path: Substring, as word: String) {
    files.append(File(path: String(path), index: word, worktree: word))
  }
}

/// The words for git's letters.
package enum GitChange {
  /// `modified` for `M`.
  package static func word(_ letter: Character?) -> String {
    switch letter {
    case ".": "unmodified"
    case "M": "modified"
    case "T": "type_changed"
    case "A": "added"
    case "D": "deleted"
    case "R": "renamed"
    case "C": "copied"
    case "U": "unmerged"
    default: "unknown"
    }
  }
}
