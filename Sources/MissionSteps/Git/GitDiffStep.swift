package import Formats
package import MissionModel

/// Shows what differs between the working tree, the index and commits.
package struct GitDiffStep: StepType {
  package static let name = "git_diff"
  package static let summary = "Show what differs in a repository, as a patch and in numbers."
  package static let effects: Effects = [.readsFiles, .runsProcesses]
  package static let example = """
    step_type: git_diff
    parameters: { from: HEAD, files: [Sources], context_lines: 0 }
    """
  package static let outputs = [
    OutputField("diff", "string", "The patch; empty with stat_only."),
    OutputField("has_changes", "bool", "True if anything differs."),
    OutputField(
      "files", "list", "path, additions, deletions, status of each; the numbers are null for what is no text."
    ),
    OutputField("additions", "integer", "Lines that were added, over all files."),
    OutputField("deletions", "integer", "Lines that were removed, over all files."),
  ]
  package static let requirements = GitRepository.requirements

  private let path: String
  private let isStaged: Bool
  private let from: String?
  private let to: String?
  private let files: [String]
  private let contextLines: Int
  private let hasOnlyNumbers: Bool

  package init(_ p: inout ParameterReader) {
    path = p.optional("path", .readPath, default: ".", "The repository, or a folder inside.")
    isStaged = p.optional("staged", .bool, default: false, "Compare the index instead of the working tree.")
    from = p.optional("from", .nonEmptyString, "The commit, branch or tag to compare with.")
    to = p.optional("to", .nonEmptyString, "The commit to compare instead of the working tree.")
    files = p.optional(
      "files", .oneOrMore(.pathInFolder), default: [],
      "Only these files and folders, from the folder that `path` names.")
    contextLines = p.optional(
      "context_lines", .integer(0...1_000_000), default: 3, "Lines to show around each change.")
    hasOnlyNumbers = p.optional("stat_only", .bool, default: false, "Give the numbers without the patch.")
    if p.isGiven("to"), !p.isGiven("from") {
      p.problem(at: "to", "is of no use without \"from\"")
    } else if to != nil, isStaged {
      p.problem(at: "to", "excludes \"staged\"", hint: "two commits are compared, or one and the index")
    }
  }

  package func run(in context: StepContext) async throws(StepFailure) -> JSON {
    let repository = try await GitRepository(path, context)
    var compared = isStaged ? ["--cached"] : []
    for name in [from, to].compactMap({ $0 }) {
      compared.append(try await repository.resolve(name, as: "tree"))
    }
    compared += ["--"] + files
    // Two paths, one of them outside of the repository, would be compared with each other: git-diff(1).
    if files.count == 2 { compared.append(files[0]) }
    let common = ["diff", "--no-ext-diff", "--no-textconv", "--no-relative", "--find-renames"]
    let summary = GitDiffSummary(
      try await repository.run(common + ["--raw", "--numstat", "--abbrev=7", "-z"] + compared))
    let patch =
      hasOnlyNumbers || summary.files.isEmpty
      ? [] : try await repository.run(common + ["--unified=\(contextLines)"] + compared)
    return [
      "diff": .string(String(decoding: patch, as: UTF8.self)), "has_changes": .bool(!summary.files.isEmpty),
      "files": .array(
        summary.files.map { file in
          [
            "path": .string(file.path), "additions": file.additions.map { JSON($0) } ?? .null,
            "deletions": file.deletions.map { JSON($0) } ?? .null, "status": .string(file.status),
          ]
        }),
      "additions": JSON(summary.additions), "deletions": JSON(summary.deletions),
    ]
  }
}
