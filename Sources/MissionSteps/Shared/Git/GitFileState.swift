import MissionModel

/// Which files of a repository were as committed before a merge: to put back those that one which was
/// stopped in the middle had already written.
///
/// Git looks at every file before it writes the first: what was changed locally is not touched by a merge
/// that got so far, and an added file had no other in its place. Submodules are left alone by both.
struct GitFileState: Sendable {
  private let repository: GitRepository
  private let files: Files
  /// The top of the repository, as paths of steps have it.
  private let top: String
  /// The way up from the step's folder to the top, for `git -C`.
  private let wayUp: String
  /// Files that differed from the index.
  private let changed: Set<String>
  /// Files that the merge would add and that were not there.
  private let absent: [String]

  /// Looks at the repository before commit `target` is merged into it.
  init(
    of repository: GitRepository, in context: StepContext, before target: String
  ) async throws(StepFailure) {
    self.repository = repository
    files = context.files
    let up = GitRepository.line(try await repository.run(["rev-parse", "--show-cdup"]))
    wayUp = up.isEmpty ? "." : up
    top = PathText.join(repository.path, wayUp)
    changed = Set(try await Self.changedFiles(repository))
    guard try await repository.find("HEAD") != nil else {
      absent = []
      return
    }
    let list = try await repository.answer([
      "diff", "--name-only", "--no-relative", "--no-renames", "--ignore-submodules=all", "--diff-filter=A",
      "-z", "HEAD...\(target)",
    ])
    var absent: [String] = []
    for name in Self.names(list.stdout) where try await context.files.status(PathText.join(top, name)) == nil
    {
      absent.append(name)
    }
    self.absent = absent
  }

  /// Puts back what was written since, where nothing is staged and HEAD is where it was.
  func restore() async throws(StepFailure) {
    let written = try await Self.changedFiles(repository).filter { !changed.contains($0) }
    if !written.isEmpty {
      try await repository.run(
        [
          "-C", wayUp, "--literal-pathspecs", "checkout", "--quiet", "--pathspec-from-file=-",
          "--pathspec-file-nul",
        ], input: written.joined(separator: "\0"))
    }
    let tracked = Set(Self.names(try await repository.run(["-C", wayUp, "ls-files", "-z"])))
    for name in absent where !tracked.contains(name) {
      _ = try await files.remove(PathText.join(top, name), false)
    }
  }

  private static func changedFiles(_ repository: GitRepository) async throws(StepFailure) -> [String] {
    names(
      try await repository.run([
        "diff", "--name-only", "--no-relative", "--no-renames", "--ignore-submodules=all", "-z",
      ]))
  }

  private static func names(_ bytes: [UInt8]) -> [String] {
    bytes.split(separator: 0).map { String(decoding: $0, as: UTF8.self) }
  }
}
