/// The call that looks over a project's code.
package enum LintPlan {
  /// What `language` may be.
  package static let languages = [
    "swift", "rust", "go", "python", "javascript", "typescript", "shell", "c", "c++", "yaml", "json",
  ]

  /// The tools for a language by preference; empty where only the built-in check of syntax is.
  package static func tools(_ language: String) -> [CodeTool] {
    switch language {
    case "swift": [.swift]
    case "rust": [.clippy]
    case "go": [.go]
    case "python": [.ruff, .flake8]
    case "javascript", "typescript": [.eslint]
    case "shell": [.shellcheck]
    case "c", "c++": [.clangTidy, .cppcheck]
    case "yaml": [.yamllint]
    default: []
    }
  }

  /// The files that are looked at one by one, or by the built-in check.
  package static func targets(_ language: String, _ project: CodeProject) -> [String] {
    project.targets(language == "c++" ? ["cpp", "cc", "cxx", "c"] : CodeLanguage.endings(of: language))
  }

  /// The call of a tool; `local` is a program that the project brings.
  package static func call(
    _ tool: CodeTool, _ language: String, _ project: CodeProject, _ arguments: [String], local: String? = nil
  ) -> CodeInvocation {
    let files = targets(language, project)
    let whole = project.file == nil ? ["."] : files
    switch tool {
    case .swift: return CodeInvocation(.swift, ["format", "lint", "--parallel"] + arguments + files, .colon)
    case .clippy:
      return CodeInvocation(.cargo, ["clippy", "--message-format=json"] + arguments, .rustJSON)
    case .go:
      let packages = project.has("go.mod") ? ["./..."] : files
      return CodeInvocation(.go, ["vet"] + arguments + packages, .bareErrors)
    case .ruff:
      return CodeInvocation(.ruff, ["check", "--output-format=json"] + arguments + whole, .ruffJSON)
    case .flake8: return CodeInvocation(.flake8, arguments + whole, .coded)
    case .eslint:
      return CodeInvocation(.eslint, local: local, ["--format", "json"] + arguments + files, .eslintJSON)
    case .shellcheck:
      return CodeInvocation(.shellcheck, ["--format=json1"] + arguments + files, .shellcheckJSON)
    case .clangTidy:
      // Without a database of how files are compiled, an empty command line stands for it.
      let database = project.has("compile_commands.json") ? [] : ["--"]
      return CodeInvocation(.clangTidy, ["--quiet"] + arguments + files + database, .colon)
    case .cppcheck:
      let form = "--template={file}:{line}:{column}: {severity}: {message} [{id}]"
      return CodeInvocation(
        .cppcheck, ["--quiet", "--enable=warning,style", form] + arguments + files, .colon)
    case .yamllint: return CodeInvocation(.yamllint, ["-f", "parsable"] + arguments + whole, .colon)
    default: preconditionFailure("\(tool.programs[0]) is no linter")
    }
  }
}
