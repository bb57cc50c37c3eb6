package import Formats
package import MissionModel

/// Merges a branch into the one that is checked out, whole or not at all.
package struct GitMergeStep: StepType {
  package static let name = "git_merge"
  package static let summary = "Merge a branch into the current one; what cannot be merged changes nothing."
  package static let effects: Effects = [.readsFiles, .writesFiles, .runsProcesses]
  package static let example = """
    step_type: git_merge
    parameters: { branch: feature/login, no_ff: true, message: Merge the login }
    """
  package static let outputs = [
    OutputField("merged_branch", "string", "The branch that was merged."),
    OutputField("success", "bool", "True; false in the output of a failure."),
    OutputField("commit", "string", "The commit that HEAD stands at afterwards."),
    OutputField("fast_forward", "bool", "True if HEAD only moved on."),
    OutputField("conflicts", "list", "The files that both sides changed, in the output of a failure."),
  ]
  package static let requirements = GitRepository.requirements

  private let path: String
  private let branch: String
  private let strategy: String?
  private let keepsCommit: Bool
  private let squashes: Bool
  private let message: String?
  private let abortsOnConflict: Bool

  package init(_ p: inout ParameterReader) {
    path = p.optional("path", .writePath, default: ".", "The repository, or a folder inside.")
    branch = p.required("branch", .nonEmptyString, "The branch, tag or commit to merge.")
    strategy = p.optional(
      "strategy", .choice("ort", "recursive", "resolve", "ours", "subtree", "octopus"), "How git merges.")
    keepsCommit = p.optional("no_ff", .bool, default: false, "Make a merge commit in any case.")
    squashes = p.optional("squash", .bool, default: false, "Commit the changes as one, without the branch.")
    message = p.optional("message", .nonEmptyString, "The message of the merge commit.")
    abortsOnConflict = p.optional(
      "abort_on_conflict", .bool, default: true, "False leaves the conflicts in the files, to be resolved.")
    if keepsCommit, squashes { p.problem(at: "squash", "excludes \"no_ff\"") }
  }

  package func run(in context: StepContext) async throws(StepFailure) -> JSON {
    let repository = try await GitRepository(path, context)
    let target = try await repository.resolve(branch)
    guard try await repository.find("MERGE_HEAD") == nil else {
      throw StepFailure("merge \(branch) in \(path): a merge is under way; conclude or abort it first")
    }
    // A merge that finds the index locked when it is nearly done would be left half made.
    try await repository.run(["update-index", "--force-write-index"])
    let before = try await repository.find("HEAD")
    let wasStaged = try await hasStaged(repository)
    if squashes, wasStaged {
      throw StepFailure("merge \(branch) in \(path): changes are staged; commit or unstage them first")
    }
    let arguments = arguments(target)
    let files = try await GitFileState(of: repository, in: context, before: target)
    let result: ProcessOutput
    do throws(StepFailure) {
      result = try await repository.answer(arguments)
      if result.ending == .exited(code: 0), squashes { try await commitSquashed(repository) }
    } catch {
      var failure = error
      failure.message += await undo(repository, files, keepsIndex: wasStaged) ?? ""
      throw failure
    }
    guard result.ending == .exited(code: 0) else {
      throw await refused(repository, files, repository.failure(arguments, result), before, wasStaged)
    }
    let after = try await repository.find("HEAD")
    return describe(true, after, isFastForward: after == target && before != target, [])
  }

  private var text: String {
    message ?? (squashes ? "Squash branch '\(branch)'" : "Merge branch '\(branch)'")
  }

  private func arguments(_ target: String) -> [String] {
    var arguments = ["merge", "--quiet", "--no-stat", "--no-edit"]
    if let strategy { arguments.append("--strategy=\(strategy)") }
    // What the configuration says of fast-forwards is no matter of the mission.
    arguments.append(squashes ? "--squash" : keepsCommit ? "--no-ff" : "--ff")
    if !squashes { arguments += ["--cleanup=whitespace", "-m", text] }
    return arguments + ["--end-of-options", target]
  }

  private func commitSquashed(_ repository: GitRepository) async throws(StepFailure) {
    guard try await hasStaged(repository) else { return }
    try await repository.run(["commit", "--quiet", "--cleanup=whitespace", "--file=-"], input: text)
  }

  private func hasStaged(_ repository: GitRepository) async throws(StepFailure) -> Bool {
    try await repository.answer(["diff", "--cached", "--quiet"]).ending != .exited(code: 0)
  }

  /// What to tell of a merge that git did not make; puts the tree back unless it is to be resolved there.
  private func refused(
    _ repository: GitRepository, _ files: GitFileState, _ failure: StepFailure, _ before: String?,
    _ wasStaged: Bool
  ) async -> StepFailure {
    var failure = failure
    var conflicts: [String] = []
    do throws(StepFailure) {
      let list = try await repository.run(["diff", "--name-only", "--no-relative", "--diff-filter=U", "-z"])
      conflicts = list.split(separator: 0).map { String(decoding: $0, as: UTF8.self) }
      failure.output = describe(false, before, isFastForward: false, conflicts)
    } catch { failure = error }
    if !conflicts.isEmpty {
      failure.message = "merge \(branch) in \(path): conflicts in \(conflicts.joined(separator: ", "))"
      guard abortsOnConflict else {
        failure.message += "; resolve them and commit"
        return failure
      }
    }
    let problem = await undo(repository, files, keepsIndex: wasStaged)
    failure.message += problem ?? (conflicts.isEmpty ? "" : "; nothing was changed")
    return failure
  }

  /// Puts index and files back to the commit, where a merge was begun; local changes elsewhere stay. Gives
  /// what to add to the failure where that is not possible.
  ///
  /// It runs as a task of its own, so that a cancel does not leave the tree half merged.
  private func undo(
    _ repository: GitRepository, _ files: GitFileState, keepsIndex: Bool
  ) async -> String? {
    let undoing = Task { () -> String? in
      do throws(StepFailure) {
        try await putBack(repository, files, keepsIndex: keepsIndex)
        return nil
      } catch { return "; the tree was not put back: \(error.message)" }
    }
    return await undoing.value
  }

  private func putBack(
    _ repository: GitRepository, _ files: GitFileState, keepsIndex: Bool
  ) async throws(StepFailure) {
    let isMerging = try await repository.find("MERGE_HEAD") != nil
    let unmerged = try await repository.run(["ls-files", "--unmerged", "-z"])
    let isStaged = try await hasStaged(repository)
    // Hooks run before MERGE_HEAD is written: what was not staged before, the merge has staged.
    if isMerging || !unmerged.isEmpty || isStaged && !keepsIndex {
      let arguments = ["reset", "--merge"]
      let reset = try await repository.answer(arguments)
      // It does its work also where another git holds the branch and it says that it failed.
      guard try await repository.find("MERGE_HEAD") == nil else {
        throw repository.failure(arguments, reset)
      }
    }
    // One that was stopped while it wrote files has staged nothing yet.
    try await files.restore()
  }

  private func describe(_ success: Bool, _ commit: String?, isFastForward: Bool, _ conflicts: [String])
    -> JSON
  {
    [
      "merged_branch": .string(branch), "success": .bool(success), "commit": JSON(commit),
      "fast_forward": .bool(isFastForward), "conflicts": .array(conflicts.map(JSON.string)),
    ]
  }
}
