import Foundation
import Testing

/// The files of this repository, as a newcomer would get them: what git ignores is left out.
struct Repository {
  /// One file: its path from the top of the repository, and its bytes on demand.
  struct File: Sendable, CustomStringConvertible {
    let path: String
    let absolutePath: String
    var description: String { path }

    /// The name without directories.
    var name: String { (path as NSString).lastPathComponent }
    /// The name without directories and suffix.
    var stem: String { (name as NSString).deletingPathExtension }
    /// The directories and the name, from the top.
    var components: [String] { path.split(separator: "/").map(String.init) }

    var bytes: [UInt8] { FileManager.default.contents(atPath: absolutePath).map(Array.init) ?? [] }
    var text: String { String(decoding: bytes, as: UTF8.self) }
  }

  static let shared = Repository(testFile: #filePath)

  let root: String
  let files: [File]

  private init(testFile: String) {
    let folder = (testFile as NSString).deletingLastPathComponent
    root = URL(fileURLWithPath: folder + "/../..").standardizedFileURL.path
    files = Self.paths(under: root).map { File(path: $0, absolutePath: folder + "/../../" + $0) }
  }

  /// The names at the top, directories and files, hidden ones too.
  var topLevel: [String] { Set(files.compactMap(\.components.first)).sorted() }

  /// Swift files of the folder `Sources` or `Tests`.
  func swift(under folder: String) -> [File] {
    files.filter { $0.components.first == folder && $0.path.hasSuffix(".swift") }
  }

  /// Everything that follows the rules: not what others published, nor documents that tests feed and expect.
  var written: [File] {
    files.filter { $0.components.allSatisfy { $0 != "Fixtures" && $0 != "Golden" } }
  }

  private static let ignored: Set<String> = [
    ".git", ".build", ".swiftpm", "Package.resolved", "__pycache__", ".vscode", ".idea",
  ]

  private static func paths(under root: String) -> [String] {
    guard let enumerator = FileManager.default.enumerator(atPath: root) else { return [] }
    var paths: [String] = []
    while let path = enumerator.nextObject() as? String {
      let name = (path as NSString).lastPathComponent
      if ignored.contains(name) || name.hasPrefix(".build-") || name.hasSuffix(".profraw") {
        enumerator.skipDescendants()
      } else if enumerator.fileAttributes?[.type] as? FileAttributeType == .typeRegular {
        paths.append(path)
      }
    }
    return paths.sorted()
  }
}

/// Fails with every problem in one message, each on a line of its own.
func expectNone(_ problems: [String], sourceLocation: SourceLocation = #_sourceLocation) {
  #expect(
    problems.isEmpty, "\(problems.count) to mend:\n\(problems.joined(separator: "\n"))",
    sourceLocation: sourceLocation)
}

extension String {
  /// True where a regular expression matches anywhere.
  func matches(_ pattern: String) -> Bool {
    Expressions.shared[pattern].firstMatch(in: self, range: NSRange(startIndex..., in: self)) != nil
  }

  /// The given group of every match of a regular expression.
  func captures(_ pattern: String, group: Int = 1) -> [String] {
    let whole = NSRange(startIndex..., in: self)
    return Expressions.shared[pattern].matches(in: self, range: whole).compactMap { match in
      Range(match.range(at: group), in: self).map { String(self[$0]) }
    }
  }
}

/// Each regular expression is compiled once: the rules ask for a few of them on every line.
private final class Expressions: Sendable {
  static let shared = Expressions()
  private let lock = NSLock()
  // Proven: only touched while `lock` is held.
  nonisolated(unsafe) private var compiled: [String: NSRegularExpression] = [:]

  subscript(pattern: String) -> NSRegularExpression {
    lock.withLock {
      if let known = compiled[pattern] { return known }
      guard let made = try? NSRegularExpression(pattern: pattern, options: [.anchorsMatchLines]) else {
        preconditionFailure("\(pattern) is no regular expression")
      }
      compiled[pattern] = made
      return made
    }
  }
}
