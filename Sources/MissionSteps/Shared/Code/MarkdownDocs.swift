/// Documentation in Markdown (CommonMark), made of declarations and their comments.
package enum MarkdownDocs {
  /// Kinds that only hold others, and are no thing to document.
  private static let holders: Set<String> = ["extension", "implementation", "module", "namespace"]

  /// What a reader can use: no functions within functions, and nothing that only holds others.
  package static func documentable(_ declarations: [Declaration]) -> [Declaration] {
    let functions = Set(
      declarations.filter { $0.kind == "function" || $0.kind == "method" }
        .map { name in [name.file, path(name)] })
    return declarations.filter { found in
      !holders.contains(found.kind) && !functions.contains([found.file, found.scope ?? ""])
    }
  }

  /// The page of one source.
  package static func page(_ file: String, _ declarations: [Declaration]) -> String {
    var text = "# \(escaped(file))\n"
    for found in declarations {
      text += "\n## \(found.kind) `\(path(found))`\n\n"
      if let signature = found.signature {
        let fence = signature.contains("```") ? "~~~~" : "```"
        text += "\(fence)\(found.language)\n\(found.name)\(signature)\n\(fence)\n\n"
      }
      text += (found.comment ?? "*Not documented.*") + "\n\nDefined in line \(found.line).\n"
    }
    return text
  }

  /// The list of all pages, by their places below the index.
  package static func index(_ title: String, _ pages: [(file: String, page: String, count: Int)]) -> String {
    "# \(escaped(title))\n\n"
      + pages.map { entry in
        let count = "\(entry.count) declaration" + (entry.count == 1 ? "" : "s")
        return "- [\(escaped(entry.file))](<\(entry.page)>): \(count)\n"
      }.joined()
  }

  private static func path(_ found: Declaration) -> String {
    let separator = ["c", "c++", "rust"].contains(found.language) ? "::" : "."
    return (found.scope.map { $0 + separator } ?? "") + found.name
  }

  /// A name as text: no mark of it is taken for Markdown's.
  private static func escaped(_ text: String) -> String {
    String(text.flatMap { "\\`*_{}[]<>#".contains($0) ? ["\\", $0] : [$0] })
  }
}
