import Glibc
import Posix

/// The places that confined processes may reach: of the host, of the configuration, and a job's own.
package struct ConfinementPlaces: Sendable, Hashable {
  /// `paths.read`.
  package var readable: [String]
  /// `paths.write`.
  package var writable: [String]
  /// The steps' HOME, where it is configured.
  package var home: String?
  /// Where TMPDIR leads.
  package var temporary: String
  /// What stays closed although a readable folder holds it: the state directory, credentials, secrets.
  package var forbidden: [String]

  /// Describes the places.
  package init(
    readable: [String] = [], writable: [String] = [], home: String? = nil, temporary: String = "/tmp",
    forbidden: [String] = []
  ) {
    self.readable = readable
    self.writable = writable
    self.home = home
    self.temporary = temporary
    self.forbidden = forbidden
  }

  /// Where programs, their libraries and their settings are. Homes, `/root`, `/boot`, `/mnt` and most of
  /// `/run` are not among them.
  static let system = [
    "/bin", "/etc", "/gnu", "/lib", "/lib32", "/lib64", "/libx32", "/nix", "/opt", "/proc", "/sbin", "/snap",
    "/sys", "/usr", "/var", "/run/NetworkManager", "/run/resolvconf", "/run/systemd/resolve",
    "/run/current-system",
  ]
  /// Devices that hold nothing of anybody.
  static let devices = [
    "/dev/full", "/dev/kvm", "/dev/null", "/dev/ptmx", "/dev/pts", "/dev/random", "/dev/tty", "/dev/urandom",
    "/dev/zero",
  ]
  private static let sharedMemory = "/dev/shm"

  /// Roots that may be written to, besides the workspace.
  var writableRoots: [String] { writable + [temporary] + (home.map { [$0] } ?? []) }

  /// A place that stays closed and lies in one that may be written to: the pair cannot be kept apart.
  package func conflict() -> (root: String, forbidden: String)? {
    for root in writableRoots {
      guard let real = Self.realPath(root) else { continue }
      for place in forbidden {
        guard let hidden = Self.realPath(place) ?? Optional(place), Self.holds(real, hidden) else { continue }
        return (root, place)
      }
    }
    return nil
  }

  /// The places that `rules` opens or looks into, and those that it keeps closed, as they are written.
  func roots(workspace: String) -> [String] {
    Self.system + readable + writableRoots + [Self.sharedMemory, workspace] + forbidden
  }

  /// What stays open for a job that works in `workspace`. Looks at the file system; blocks.
  ///
  /// - Parameter willList: is told of each folder of which not all is opened, before it is listed.
  func rules(workspace: String, willList: (String) -> Void = { _ in }) -> [Landlock.Rule] {
    let hidden = forbidden.compactMap { Self.realPath($0) }
    var rules: [Landlock.Rule] = []
    for root in Self.system + readable { Self.open(root, .read, hidden, willList, &rules) }
    for root in writableRoots + [Self.sharedMemory] { Self.open(root, .write, hidden, willList, &rules) }
    rules += Self.devices.map { Landlock.Rule(.device, $0) }
    // The workspace is open although it lies in the state directory.
    rules.append(Landlock.Rule(.write, workspace))
    return rules
  }

  /// Opens a place but for what is hidden in it: there each entry is opened by itself.
  private static func open(
    _ root: String, _ access: Landlock.Access, _ hidden: [String], _ willList: (String) -> Void,
    _ rules: inout [Landlock.Rule]
  ) {
    guard let real = realPath(root), !hidden.contains(where: { holds($0, real) }) else { return }
    guard hidden.contains(where: { holds(real, $0) }) else {
      if !rules.contains(where: { $0.access == access && $0.path == real }) {
        rules.append(Landlock.Rule(access, real))
      }
      return
    }
    willList(real)
    for name in entries(of: real) {
      let path = real == "/" ? "/\(name)" : "\(real)/\(name)"
      var status = stat()
      // What a link leads to is opened by its own name or not at all.
      guard lstat(path, &status) == 0, status.st_mode & S_IFMT != S_IFLNK else { continue }
      open(path, access, hidden, willList, &rules)
    }
  }

  static func holds(_ root: String, _ path: String) -> Bool {
    WorkspaceRoots.holds(root.utf8, path.utf8)
  }

  /// A path without links; nil where nothing is.
  static func realPath(_ path: String) -> String? {
    guard let real = realpath(path, nil) else { return nil }
    defer { free(real) }
    return String(cString: real)
  }

  /// A path without links, as far as it exists; the rest as it is written.
  package static func deepestRealPath(_ path: String) -> String {
    var place = PathText.normalized(path, in: "/")
    var missing: [Substring] = []
    while place != "/" {
      if let real = realPath(place) {
        return missing.isEmpty
          ? real : (real == "/" ? "" : real) + "/" + missing.reversed().joined(separator: "/")
      }
      guard let cut = place.lastIndex(of: "/") else { break }
      missing.append(place[place.index(after: cut)...])
      place = cut == place.startIndex ? "/" : String(place[..<cut])
    }
    return "/" + missing.reversed().joined(separator: "/")
  }

  private static func entries(of path: String) -> [String] {
    guard let stream = opendir(path) else { return [] }
    defer { closedir(stream) }
    var names: [String] = []
    while let entry = readdir(stream) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if name != ".", name != ".." { names.append(name) }
    }
    return names.sorted()
  }
}
