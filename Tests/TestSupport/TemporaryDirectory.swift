import Foundation

/// A directory that one test owns; it and everything in it goes when the last reference does.
package final class TemporaryDirectory: Sendable {
  /// The absolute path, with symbolic links resolved so that it compares equal to what programs print.
  package let path: String

  /// Makes an empty directory under `parent`, readable by its owner alone.
  package init(in parent: String = NSTemporaryDirectory()) throws(TestSupportError) {
    var template = Array((parent + "/missiond-test-XXXXXX").utf8CString)
    guard mkdtemp(&template) != nil, let resolved = realpath(template, nil) else {
      throw TestSupportError("make a temporary directory in \(parent): \(String(cString: strerror(errno)))")
    }
    defer { free(resolved) }
    path = String(cString: resolved)
  }

  deinit {
    // A test may have taken rights away; give them back, or the directory would stay for ever.
    let paths = FileManager.default.enumerator(atPath: path)?.compactMap { $0 as? String } ?? []
    for directory in paths where isDirectory(directory) { _ = chmod(self / directory, 0o700) }
    try? FileManager.default.removeItem(atPath: path)
  }

  /// The absolute path of something inside.
  package static func / (directory: TemporaryDirectory, relative: String) -> String {
    directory.path + "/" + relative
  }

  /// Writes a file, with the directories it lies in, and returns its absolute path.
  @discardableResult
  package func write(
    _ text: String, to relative: String, mode: UInt32 = 0o644
  ) throws(TestSupportError) -> String {
    let file = self / relative
    do {
      let parent = (file as NSString).deletingLastPathComponent
      try FileManager.default.createDirectory(atPath: parent, withIntermediateDirectories: true)
      try Data(text.utf8).write(to: URL(fileURLWithPath: file))
    } catch { throw TestSupportError("write \(file): \(error)") }
    guard chmod(file, mode) == 0 else {
      throw TestSupportError("chmod \(file): \(String(cString: strerror(errno)))")
    }
    return file
  }

  /// The text of a file inside.
  package func read(_ relative: String) throws(TestSupportError) -> String {
    do { return try String(contentsOfFile: self / relative, encoding: .utf8) } catch {
      throw TestSupportError("read \(self / relative): \(error)")
    }
  }

  /// True where something of that name is there, whatever it is; a symbolic link counts by itself.
  package func contains(_ relative: String) -> Bool {
    var status = stat()
    return lstat(self / relative, &status) == 0
  }

  /// The names of what is inside, hidden ones too, sorted.
  package func entries(_ relative: String = ".") -> [String] {
    ((try? FileManager.default.contentsOfDirectory(atPath: self / relative)) ?? []).sorted()
  }

  private func isDirectory(_ relative: String) -> Bool {
    var status = stat()
    return lstat(self / relative, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
  }
}
