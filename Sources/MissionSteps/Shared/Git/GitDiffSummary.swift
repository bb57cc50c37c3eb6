/// What `git diff --raw --numstat -z` says of each file (git-diff(1), "Raw output format").
package struct GitDiffSummary: Sendable, Equatable {
  /// One file that differs.
  package struct File: Sendable, Equatable {
    package var path: String
    /// Lines; nil for what is no text.
    package var additions: Int?
    package var deletions: Int?
    /// `modified`, `added`, …
    package var status: String
  }

  package private(set) var files: [File] = []
  /// Lines over all files that are text.
  package var additions: Int { files.reduce(0) { $0 + ($1.additions ?? 0) } }
  /// Lines over all files that are text.
  package var deletions: Int { files.reduce(0) { $0 + ($1.deletions ?? 0) } }

  private var places: [String: Int] = [:]

  /// Parses the answer; where it holds only numbers, as of `--numstat` alone, each file is `modified`.
  package init(_ bytes: [UInt8]) {
    var records = bytes.split(separator: 0, omittingEmptySubsequences: false).map {
      String(decoding: $0, as: UTF8.self)
    }[...]
    while let record = records.popFirst() {
      if record.first == ":" {
        readRaw(record, &records)
      } else if !record.isEmpty {
        readNumbers(record, &records)
      }
    }
  }

  package static func == (left: GitDiffSummary, right: GitDiffSummary) -> Bool { left.files == right.files }

  /// `:100644 100644 abc def R100`, then the path, and for renames and copies the new path.
  private mutating func readRaw(_ record: String, _ records: inout ArraySlice<String>) {
    guard let letter = record.split(separator: " ").last?.first, var path = records.popFirst() else { return }
    if letter == "R" || letter == "C", let new = records.popFirst() { path = new }
    guard !path.isEmpty else { return }
    let place = place(of: path)
    // A file in conflict is told twice: as unmerged, and as what differs from one side.
    if files[place].status != "unmerged" { files[place].status = GitChange.word(letter) }
  }

  /// `1\t2\tpath`; for renames the path is empty, and the old and the new one follow.
  private mutating func readNumbers(_ record: String, _ records: inout ArraySlice<String>) {
    let words = record.split(separator: "\t", maxSplits: 2, omittingEmptySubsequences: false)
    guard words.count == 3 else { return }
    var path = String(words[2])
    if path.isEmpty {
      _ = records.popFirst()
      guard let new = records.popFirst(), !new.isEmpty else { return }
      path = new
    }
    let place = place(of: path)
    files[place].additions = Int(words[0])
    files[place].deletions = Int(words[1])
  }

  private mutating func place(of path: String) -> Int {
    if let place = places[path] { return place }
    places[path] = files.count
    files.append(File(path: path, additions: nil, deletions: nil, status: "modified"))
    return files.count - 1
  }
}
