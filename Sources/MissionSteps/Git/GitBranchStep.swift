package import Formats
package import MissionModel

/// Makes, switches to, deletes and lists branches.
package struct GitBranchStep: StepType {
  package static let name = "git_branch"
  package static let summary = "Create, switch to, delete or list branches."
  package static let effects: Effects = [.readsFiles, .writesFiles, .runsProcesses]
  package static let example = """
    step_type: git_branch
    parameters: { branch: release/1.2, from: main }
    """
  package static let outputs = [
    OutputField("branch", "string", "The branch in question; for a list the current one, null if detached."),
    OutputField("created", "bool", "True if it was not there before."),
    OutputField("switched", "bool", "True if it was checked out."),
    OutputField("branches", "list", "name, commit, current, upstream of each local branch, afterwards."),
  ]
  package static let requirements = GitRepository.requirements

  private let path: String
  private let branch: String?
  private let operation: String
  private let from: String?
  private let switches: Bool
  private let isForced: Bool

  package init(_ p: inout ParameterReader) {
    path = p.optional("path", .writePath, default: ".", "The repository, or a folder inside.")
    branch = p.optional("branch", aliases: ["branch_name"], .nonEmptyString, "The branch; not for a list.")
    operation = p.optional(
      "operation", .choice("create", "switch", "delete", "list"), default: "create", "What to do.")
    from = p.optional("from", .nonEmptyString, "Where a new branch starts; HEAD by default.")
    switches = p.optional("switch", .bool, default: true, "Check a new branch out.")
    isForced = p.optional(
      "force", .bool, default: false,
      "Move a branch that is there; delete one that is not merged; drop local changes for a switch.")
    if operation != "list", !p.isGiven("branch"), !p.isOpen("operation") {
      p.problem(at: "branch", "is required")
    }
    if operation != "create", from != nil, !p.isOpen("operation") {
      p.problem(at: "from", "is of no use with operation \"\(operation)\"")
    }
  }

  package func run(in context: StepContext) async throws(StepFailure) -> JSON {
    let repository = try await GitRepository(path, context)
    guard let branch, operation != "list" else {
      return try await describe(
        repository, try await repository.currentBranch(), created: false, switched: false)
    }
    switch operation {
    case "create": return try await create(branch, repository)
    case "switch":
      try await repository.run(
        ["switch", "--quiet"] + (isForced ? ["--discard-changes"] : []) + ["--end-of-options", branch])
      return try await describe(repository, branch, created: false, switched: true)
    default:
      try await repository.run(
        ["branch", "--quiet", "--delete"] + (isForced ? ["--force"] : []) + ["--end-of-options", branch])
      return try await describe(repository, branch, created: false, switched: false)
    }
  }

  private func create(_ branch: String, _ repository: GitRepository) async throws(StepFailure) -> JSON {
    let wasThere = try await repository.find("refs/heads/\(branch)") != nil
    var start: [String] = []
    if let from { start = [try await repository.resolve(from)] }
    if switches {
      try await repository.run(
        ["switch", "--quiet", "--no-track", isForced ? "--force-create" : "--create", branch] + start)
    } else {
      try await repository.run(
        ["branch", "--quiet", "--no-track"] + (isForced ? ["--force"] : []) + ["--end-of-options", branch]
          + start)
    }
    return try await describe(repository, branch, created: !wasThere, switched: switches)
  }

  private func describe(
    _ repository: GitRepository, _ branch: String?, created: Bool, switched: Bool
  ) async throws(StepFailure) -> JSON {
    let list = try await repository.run([
      "for-each-ref", "--format=%(refname)%00%(objectname)%00%(HEAD)%00%(upstream:short)", "refs/heads/",
    ])
    let branches = String(decoding: list, as: UTF8.self).split(separator: "\n").compactMap { line -> JSON? in
      let words = line.split(separator: "\0", omittingEmptySubsequences: false).map(String.init)
      guard words.count == 4 else { return nil }
      return [
        "name": .string(String(words[0].dropFirst("refs/heads/".count))), "commit": .string(words[1]),
        "current": .bool(words[2] == "*"), "upstream": words[3].isEmpty ? .null : .string(words[3]),
      ]
    }
    return [
      "branch": JSON(branch), "created": .bool(created), "switched": .bool(switched),
      "branches": .array(branches),
    ]
  }
}
