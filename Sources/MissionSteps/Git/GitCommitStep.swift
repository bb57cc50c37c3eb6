package import Formats
package import MissionModel

/// Records changes of a working tree as a commit.
package struct GitCommitStep: StepType {
  package static let name = "git_commit"
  package static let summary = "Commit all changes of a repository, or those of some files."
  package static let effects: Effects = [.readsFiles, .writesFiles, .runsProcesses]
  package static let example = """
    step_type: git_commit
    parameters: { message: Update the figures, files: [figures.csv] }
    """
  package static let outputs = [
    OutputField("committed", "bool", "False if there was nothing to commit."),
    OutputField("commit", "string", "The commit that HEAD stands at; null before the first."),
    OutputField("message", "string", "Its message, as hooks left it."),
    OutputField("files_changed", "integer", "Files that the commit changes."),
    OutputField("insertions", "integer", "Lines that it adds."),
    OutputField("deletions", "integer", "Lines that it removes."),
  ]
  package static let requirements = GitRepository.requirements

  private let path: String
  private let message: String
  private let files: [String]?
  private let addsAll: Bool
  private let author: String?
  private let allowsEmpty: Bool
  private let amends: Bool
  private let signsOff: Bool

  package init(_ p: inout ParameterReader) {
    path = p.optional("path", .writePath, default: ".", "The repository, or a folder inside.")
    message = p.required("message", .nonEmptyString, "The message; lines with # stay.")
    files = p.optional(
      "files", .oneOrMore(.pathInFolder),
      "Commit these alone, new and removed ones too; from the folder that `path` names.")
    addsAll = p.optional(
      "add_all", .bool, default: true, "Commit all that differs; false: what was staged before.")
    author = p.optional("author", .string, "Who wrote it, as \"Name <mail>\"; else the configured user.")
    allowsEmpty = p.optional("allow_empty", .bool, default: false, "Commit although nothing differs.")
    amends = p.optional("amend", .bool, default: false, "Replace the last commit.")
    signsOff = p.optional("sign_off", .bool, default: false, "Add a Signed-off-by line.")
    if p.isGiven("files"), p.isGiven("add_all"), addsAll {
      p.problem(at: "files", "excludes \"add_all\"", hint: "keep one of them")
    }
    if let files, files.isEmpty, p.purpose != .describing {
      p.problem(at: "files", "is empty", hint: "leave it out to commit all that differs")
    }
    if let author, !(author.contains(" <") && author.hasSuffix(">")) {
      p.problem(at: "author", "\"\(author)\" is not of the form \"Name <mail>\"")
    }
  }

  package func run(in context: StepContext) async throws(StepFailure) -> JSON {
    let repository = try await GitRepository(path, context)
    let chosen = files.map { ["--"] + $0 } ?? []
    if files != nil || addsAll { try await repository.run(["add", "--all"] + chosen) }
    guard try await hasWork(repository, chosen) else {
      return describe(nil, commit: try await repository.find("HEAD"), message: message)
    }
    var arguments = ["commit", "--quiet", "--no-status", "--cleanup=whitespace", "--file=-"]
    if let author { arguments.append("--author=\(author)") }
    if allowsEmpty { arguments.append("--allow-empty") }
    if amends { arguments.append("--amend") }
    if signsOff { arguments.append("--signoff") }
    if files != nil { arguments.append("--only") }
    try await repository.run(arguments + chosen, input: message)
    let summary = GitDiffSummary(
      try await repository.run([
        "diff-tree", "--root", "-r", "-m", "--first-parent", "--no-commit-id", "--find-renames", "--numstat",
        "-z", "HEAD",
      ]))
    let written = try await repository.run(["log", "--max-count=1", "--format=%B"])
    return describe(
      summary, commit: try await repository.find("HEAD"),
      message: String(decoding: written, as: UTF8.self).trimmingLineEnds)
  }

  private func hasWork(_ repository: GitRepository, _ chosen: [String]) async throws(StepFailure) -> Bool {
    if allowsEmpty || amends { return true }
    let arguments = ["diff", "--cached", "--quiet"] + chosen
    let staged = try await repository.answer(arguments)
    if staged.ending == .exited(code: 1) { return true }
    guard staged.ending == .exited(code: 0) else { throw repository.failure(arguments, staged) }
    // A merge that changes no file still has to be concluded.
    return try await repository.find("MERGE_HEAD") != nil
  }

  private func describe(_ summary: GitDiffSummary?, commit: String?, message: String) -> JSON {
    [
      "committed": .bool(summary != nil), "commit": JSON(commit), "message": .string(message),
      "files_changed": JSON(summary?.files.count ?? 0), "insertions": JSON(summary?.additions ?? 0),
      "deletions": JSON(summary?.deletions ?? 0),
    ]
  }
}

extension String {
  fileprivate var trimmingLineEnds: String {
    var text = self[...]
    while text.last?.isNewline == true { text.removeLast() }
    return String(text)
  }
}
