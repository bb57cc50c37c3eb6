/// The calls that make documentation, by its format.
package enum DocsPlan {
  /// What `format` may be.
  package static let formats = ["markdown", "docc", "cargo doc", "pydoc", "javadoc", "doxygen", "go doc"]

  /// The languages whose sources a format documents.
  package static func languages(of format: String) -> [String] {
    switch format {
    case "docc": ["swift"]
    case "cargo doc": ["rust"]
    case "pydoc": ["python"]
    case "javadoc": ["java"]
    case "doxygen": ["c", "c++", "java", "python"]
    case "go doc": ["go"]
    default: DeclarationScanner.languages
    }
  }

  /// Where documentation goes, and what is made on the way there.
  package struct Places: Sendable {
    /// The folder for the documentation.
    package let output: String
    /// A folder for what is not kept.
    package let scratch: String

    /// States absolute paths.
    package init(output: String, scratch: String) {
      self.output = output
      self.scratch = scratch
    }
  }

  /// The calls for a format, to be made one after another; those of `go doc` print what is to be kept.
  package static func calls(
    _ format: String, _ project: CodeProject, _ files: [String], _ arguments: [String], _ places: Places
  ) -> [CodeInvocation] {
    switch format {
    case "docc": return docc(project, files, arguments, places)
    case "cargo doc":
      return [
        CodeInvocation(
          .cargo,
          ["doc", "--no-deps", "--message-format=json", "--target-dir", places.output] + arguments, .rustJSON)
      ]
    case "pydoc":
      let modules = modules(of: files)
      guard !modules.isEmpty else { return [] }
      return [
        CodeInvocation(
          .python, ["-c", pydoc] + arguments + [project.realFolder, places.output] + modules, .python,
          environment: [("PYTHONDONTWRITEBYTECODE", "1")])
      ]
    case "javadoc":
      return [
        CodeInvocation(
          .javadoc,
          ["-quiet", "-encoding", "UTF-8", "-Xdoclint:-missing", "-notimestamp", "-d", places.output]
            + arguments + files.map(CodeProject.argument), .colon)
      ]
    case "doxygen":
      var call = CodeInvocation(.doxygen, arguments + ["-"], .colon)
      call.input = Array(doxyfile(project, files, places).utf8)
      return [call]
    case "go doc":
      return packages(of: files).map { CodeInvocation(.go, ["doc", "-all"] + arguments + [$0], .bareErrors) }
    default: preconditionFailure("\(format) is made by no tool")
    }
  }

  /// Symbol graphs of the compiler first, then the archive that docc makes of them.
  private static func docc(
    _ project: CodeProject, _ files: [String], _ arguments: [String], _ places: Places
  ) -> [CodeInvocation] {
    let graphs = places.scratch + "/symbols"
    let name = moduleName(project)
    let compile =
      project.has("Package.swift")
      ? CodeInvocation(
        .swift,
        ["build", "--scratch-path", places.scratch + "/build"]
          + ["-emit-symbol-graph", "-emit-symbol-graph-dir", graphs].flatMap { ["-Xswiftc", $0] }, .colon)
      : CodeInvocation(
        .swiftc,
        [
          "-parse-as-library", "-emit-module", "-module-name", name, "-emit-module-path",
          places.scratch + "/\(name).swiftmodule", "-emit-symbol-graph", "-emit-symbol-graph-dir", graphs,
        ] + files.map(CodeProject.argument), .colon)
    let catalog = project.files.lazy.compactMap { file in
      file.split(separator: "/").firstIndex { $0.hasSuffix(".docc") }.map { index in
        file.split(separator: "/")[...index].joined(separator: "/")
      }
    }.first
    let convert = CodeInvocation(
      .docc,
      ["convert"] + (catalog.map { [CodeProject.argument($0)] } ?? []) + [
        "--additional-symbol-graph-dir", graphs, "--fallback-display-name", name,
        "--fallback-bundle-identifier", name, "--output-path", places.output,
      ] + arguments, .colon)
    return [compile, convert]
  }

  /// The folder's name as the name of a module.
  private static func moduleName(_ project: CodeProject) -> String {
    let name = PathText.name(project.realFolder).map { $0.isLetter || $0.isNumber ? $0 : "_" }
    guard let first = name.first else { return "Documentation" }
    return (first.isNumber ? "_" : "") + String(name)
  }

  /// `pydoc -w` writes into the folder where it runs, and takes a module that it cannot load for a success.
  private static let pydoc = """
    import os, pydoc, sys
    source, target, modules = sys.argv[1], sys.argv[2], sys.argv[3:]
    sys.path[0:1] = [source, os.path.join(source, "src")]
    os.chdir(target)
    for module in modules:
        thing, name = pydoc.resolve(module)
        with open(name + ".html", "w", encoding="utf-8") as page:
            page.write(pydoc.html.page(pydoc.describe(thing), pydoc.html.document(thing, name)))
    """

  /// The names by which files of Python are imported; scripts that are only run have none.
  static func modules(of files: [String]) -> [String] {
    files.compactMap { file in
      guard file.hasSuffix(".py") else { return nil }
      var parts = file.dropLast(3).split(separator: "/").map(String.init)
      if parts.first == "src", !files.contains("src/__init__.py") { parts.removeFirst() }
      if parts.last == "__init__" { parts.removeLast() }
      guard let last = parts.last, !["setup", "conftest", "__main__"].contains(last),
        parts.allSatisfy({ $0.utf8.allSatisfy(SourceMask.isWord) && $0.first?.isNumber != true })
      else { return nil }
      return parts.joined(separator: ".")
    }
  }

  /// The folders that hold a package of Go, as `go` takes them.
  static func packages(of files: [String]) -> [String] {
    var seen: Set<String> = []
    return files.filter { $0.hasSuffix(".go") && !$0.hasSuffix("_test.go") }.map(PathText.folder)
      .filter { seen.insert($0).inserted }.map { $0 == "." ? "." : "./" + $0 }
  }

  /// A configuration on top of the project's own `Doxyfile`, if it has one.
  private static func doxyfile(_ project: CodeProject, _ files: [String], _ places: Places) -> String {
    func quoted(_ text: String) -> String {
      "\"" + text.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\\\"") + "\""
    }
    let place = "OUTPUT_DIRECTORY = \(quoted(places.output))\n"
    if project.has("Doxyfile") { return "@INCLUDE = Doxyfile\n" + place }
    return place + """
      PROJECT_NAME = \(quoted(PathText.name(project.realFolder)))
      INPUT = \(files.map(quoted).joined(separator: " "))
      STRIP_FROM_PATH = \(quoted(project.realFolder))
      EXTRACT_ALL = YES
      QUIET = YES
      HAVE_DOT = NO
      GENERATE_HTML = YES
      GENERATE_LATEX = NO

      """
  }
}
