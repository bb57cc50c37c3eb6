import MissionModel

/// How sources are called in an archive: as they were written, as far as that is a place below a folder.
enum PackedNames {
  /// The sources with their names, in order; a folder's `.` has none, so its entries stand by themselves.
  ///
  /// - Throws: `.badParameters` where two sources would have one name.
  static func make(
    _ sources: [String], words: FileWords
  ) throws(StepFailure) -> [(source: String, name: [UInt8])] {
    var sourceOf: [String: String] = [:]
    var names: [(source: String, name: [UInt8])] = []
    for source in sources {
      let name = name(of: source)
      if let other = sourceOf.updateValue(source, forKey: name) {
        throw words.failure(
          "\(other) and \(source) would both be called \"\(name)\" in the archive", kind: .badParameters)
      }
      names.append((source, Array(name.utf8)))
    }
    return names
  }

  /// `a/b` for `./a//b/`; the last name alone for an absolute path, or one that goes up.
  static func name(of source: String) -> String {
    let parts = source.split(separator: "/").filter { $0 != "." }
    guard source.hasPrefix("/") || parts.contains("..") else { return parts.joined(separator: "/") }
    return parts.last { $0 != ".." }.map(String.init) ?? ""
  }
}
