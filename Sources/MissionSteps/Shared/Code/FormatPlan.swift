/// The call that formats one file: its text comes by standard input and goes by standard output, so that
/// nothing is written that was not looked at.
package enum FormatPlan {
  /// What `language` may be.
  package static let languages = [
    "swift", "rust", "go", "c", "c++", "python", "javascript", "typescript", "json", "yaml",
  ]

  /// The tools for a language by preference; empty where the built-in form is all there is.
  package static func tools(_ language: String) -> [CodeTool] {
    switch language {
    case "swift": [.swift]
    case "rust": [.rustfmt]
    case "go": [.gofmt]
    case "c", "c++": [.clangFormat]
    case "python": [.black, .ruff]
    case "javascript", "typescript": [.prettier]
    default: []
    }
  }

  /// The files of a project that are formatted.
  package static func targets(_ language: String, _ project: CodeProject) -> [String] {
    switch language {
    case "c": project.targets(["c", "h"])
    case "c++": project.targets(["cpp", "cc", "cxx", "hpp", "hh", "hxx", "c", "h"])
    default: project.targets(CodeLanguage.endings(of: language))
    }
  }

  /// The call for one file; `local` is a program that the project brings.
  package static func call(
    _ tool: CodeTool, file: String, text: [UInt8], _ arguments: [String], local: String? = nil
  ) -> CodeInvocation {
    let own: [String] =
      switch tool {
      case .swift: ["format", "--assume-filename", file]
      case .rustfmt: ["--emit", "stdout", "--quiet"]
      case .clangFormat: ["--assume-filename=" + file]
      case .black: ["--quiet", "--stdin-filename", file]
      case .ruff: ["format", "--quiet", "--stdin-filename", file]
      case .prettier: ["--stdin-filepath", file]
      default: []
      }
    let end = tool == .black || tool == .ruff ? ["-"] : []
    let dialect: DiagnosticDialect = tool == .rustfmt ? .rustJSON : tool == .prettier ? .prettier : .colon
    var call = CodeInvocation(tool, local: local, own + arguments + end, dialect)
    call.input = text
    return call
  }
}
