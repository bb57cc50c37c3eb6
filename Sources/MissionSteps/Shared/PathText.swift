/// Paths as steps write and report them: text only, no I/O.
package enum PathText {
  /// The last name of a path; the path itself where there is none.
  package static func name(_ path: String) -> String {
    path.split(separator: "/").last.map(String.init) ?? path
  }

  /// The folder that a path is in; `.` where it names none.
  package static func folder(_ path: String) -> String {
    guard let slash = path.lastIndex(of: "/") else { return "." }
    return slash == path.startIndex ? "/" : String(path[..<slash])
  }

  /// `entry` of a listing of `folder`, as a path that another step can use.
  package static func join(_ folder: String, _ entry: String) -> String {
    if folder == "." { return entry }
    return folder.hasSuffix("/") ? folder + entry : folder + "/" + entry
  }
}
