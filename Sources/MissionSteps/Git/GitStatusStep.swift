package import Formats
package import MissionModel

/// Tells what differs in a working tree, and where its branch stands.
package struct GitStatusStep: StepType {
  package static let name = "git_status"
  package static let summary = "Tell the branch of a repository and the files that differ from its commit."
  package static let effects: Effects = [.readsFiles, .runsProcesses]
  package static let example = """
    step_type: git_status
    parameters: { path: ., include_untracked: false }
    """
  package static let outputs = [
    OutputField("branch", "string", "The branch, or null where HEAD is detached."),
    OutputField("commit", "string", "The commit it stands at, or null before the first."),
    OutputField("upstream", "string", "The branch it follows, or null."),
    OutputField("ahead", "integer", "Commits that the upstream lacks; null without one."),
    OutputField("behind", "integer", "Commits of the upstream that it lacks; null without one."),
    OutputField("clean", "bool", "True if nothing differs; ignored files do not count."),
    OutputField(
      "files", "list",
      "path, index, worktree, original_path of each; from the top of the repository, and in words such as "
        + "modified, added, deleted, renamed, unmerged, untracked."),
    OutputField("status", "string", "The word clean, dirty or conflicted."),
  ]
  package static let requirements = GitRepository.requirements

  private let path: String
  private let includesUntracked: Bool
  private let includesIgnored: Bool

  package init(_ p: inout ParameterReader) {
    path = p.optional("path", .readPath, default: ".", "The repository, or a folder inside.")
    includesUntracked = p.optional(
      "include_untracked", .bool, default: true, "List files that git does not know.")
    includesIgnored = p.optional(
      "include_ignored", .bool, default: false, "List files that git is to ignore.")
  }

  package func run(in context: StepContext) async throws(StepFailure) -> JSON {
    let repository = try await GitRepository(path, context)
    // Ignored files are only told together with untracked ones.
    let untracked = includesUntracked || includesIgnored ? "all" : "no"
    let report = GitStatusReport(
      try await repository.run([
        "status", "--porcelain=v2", "--branch", "-z", "--untracked-files=\(untracked)",
        "--ignored=\(includesIgnored ? "matching" : "no")",
      ]))
    let files = report.files.filter { includesUntracked || $0.index != "untracked" }
    let isClean = files.allSatisfy { $0.index == "ignored" }
    let isConflicted = files.contains { $0.index == "unmerged" }
    return [
      "branch": JSON(report.branch), "commit": JSON(report.commit), "upstream": JSON(report.upstream),
      "ahead": report.ahead.map { JSON($0) } ?? .null, "behind": report.behind.map { JSON($0) } ?? .null,
      "clean": .bool(isClean),
      "files": .array(
        files.map { file in
          [
            "path": .string(file.path), "index": .string(file.index), "worktree": .string(file.worktree),
            "original_path": JSON(file.originalPath),
          ]
        }),
      "status": isClean ? "clean" : isConflicted ? "conflicted" : "dirty",
    ]
  }
}
