package import MissionModel

/// The folder or the file that a step of the Code family works on, and the names of what is in it.
package struct CodeProject: Sendable, Equatable {
  /// As the mission names it.
  package let path: String
  /// Where tools run, as the mission would name it.
  package let folder: String
  /// Where the folder really is.
  package let realFolder: String
  /// The one file that is meant, by its name in the folder; nil for all.
  package let file: String?
  /// The files by their paths in the folder, sorted; without those that tools made or fetched.
  package let files: [String]

  /// Folders whose content is not the project's own.
  private static let foreign: Set<String> = [
    "node_modules", "target", "build", "dist", "vendor", "__pycache__", "venv", "CMakeFiles", "third_party",
  ]

  /// Makes a project of names; for the decisions that need no disk.
  package init(path: String, folder: String, realFolder: String, file: String?, files: [String]) {
    self.path = path
    self.folder = folder
    self.realFolder = realFolder
    self.file = file
    self.files = files
  }

  /// Looks at what is at `path`.
  ///
  /// - Throws: where nothing is there, or it may not be reached.
  package static func open(
    _ path: String, _ access: PathAccess, for purpose: String, in context: StepContext
  ) async throws(StepFailure) -> CodeProject {
    guard try await context.files.status(path) != nil else {
      throw StepFailure("\(purpose) \(path): there is no such file or folder")
    }
    let held = try await context.files.hold(path, access)
    held.release()
    // What a link leads to was judged; from here on it is meant.
    guard let status = try await context.files.status(held.realPath) else {
      throw StepFailure("\(purpose) \(path): it went while it was looked at")
    }
    guard status.kind == .file else {
      let entries = try await context.files.list(path, ListOptions(recursive: true))
      let files = entries.compactMap { entry in
        entry.status.kind == .file && !isForeign(entry.path) ? entry.path : nil
      }
      return CodeProject(path: path, folder: path, realFolder: held.realPath, file: nil, files: files)
    }
    let name = PathText.name(path)
    return CodeProject(
      path: path, folder: parent(path, or: "."), realFolder: parent(held.realPath, or: "/"), file: name,
      files: [name])
  }

  private static func parent(_ path: String, or fallback: String) -> String {
    guard let slash = path.lastIndex(of: "/") else { return fallback }
    return slash == path.startIndex ? "/" : String(path[..<slash])
  }

  private static func isForeign(_ path: String) -> Bool {
    path.split(separator: "/").dropLast().contains { foreign.contains(String($0)) }
  }

  /// Whether a file of this name lies at the top; always false where one file is meant.
  package func has(_ name: String) -> Bool { file == nil && files.contains(name) }

  /// Whether a file at the top has a name that ends so.
  package func has(suffix: String) -> Bool {
    file == nil && files.contains { $0.hasSuffix(suffix) && !$0.contains("/") }
  }

  /// The files with one of these endings, as arguments that no tool takes for options.
  package func sources(_ endings: [String]) -> [String] {
    files.filter { file in endings.contains { file.hasSuffix("." + $0) } }.map(Self.argument)
  }

  /// The one file that is meant, else all with one of these endings.
  package func targets(_ endings: [String]) -> [String] {
    file.map { [Self.argument($0)] } ?? sources(endings)
  }

  /// A path that no tool takes for an option.
  package static func argument(_ path: String) -> String { path.hasPrefix("-") ? "./" + path : path }

  /// A path of the folder as a later step of the mission can use it.
  package func located(_ file: String) -> String {
    var name = file[...]
    if name.hasPrefix(realFolder + "/") {
      name = name.dropFirst(realFolder.count + 1)
    } else if name.hasPrefix("/") {
      return file
    }
    while name.hasPrefix("./") { name = name.dropFirst(2) }
    return PathText.join(folder, String(name))
  }
}
