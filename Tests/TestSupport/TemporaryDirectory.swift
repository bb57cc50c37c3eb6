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
    if mode & 0o111 != 0 { Self.waitForWriters(of: file) }
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

  /// Waits until nobody has a file open for writing: a child that another test was just starting inherits the
  /// descriptor until its exec, and until then the file cannot be run (`ETXTBSY`). The kernel grants a read
  /// lease only where there is no writer; see `F_SETLEASE` in `fcntl(2)`.
  private static func waitForWriters(of file: String) {
    let descriptor = open(file, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return }
    defer { close(descriptor) }
    let setLease: Int32 = 1024  // F_SETLEASE, which Glibc's module leaves out
    var tries = 0
    while fcntl(descriptor, setLease, F_RDLCK) != 0, tries < 1000 {
      tries += 1
      _ = poll(nil, 0, 1)
    }
    _ = fcntl(descriptor, setLease, F_UNLCK)
  }
}
