/// Which places a job's file steps may touch, decided by where a path really leads. No I/O.
package struct WorkspaceRoots: Sendable {
  /// Why a place was refused.
  package enum Refusal: Sendable, Equatable {
    /// Inside none of the roots.
    case outside
    /// Inside a place that nobody may touch, such as the daemon's own state.
    case forbidden
  }

  /// Absolute path of the workspace, free of links, as bytes: two spellings of one letter are two files.
  package let workspace: [UInt8]
  private let readable: [[UInt8]]
  private let writable: [[UInt8]]
  private let forbidden: [[UInt8]]

  /// Makes the rules; every path is absolute, free of links and without a slash at the end.
  ///
  /// - Parameters:
  ///   - readable: roots that may be read besides the workspace and the writable ones.
  ///   - forbidden: places that stay closed although a root or the workspace holds them; a workspace inside
  ///     of one is open.
  package init(
    workspace: [UInt8], readable: [[UInt8]] = [], writable: [[UInt8]] = [], forbidden: [[UInt8]] = []
  ) {
    self.workspace = workspace
    self.readable = readable
    self.writable = writable
    self.forbidden = forbidden
  }

  /// Judges the place `real`, an absolute path as the kernel gives it; nil where it may be used.
  package func refusal(of real: [UInt8], isWrite: Bool) -> Refusal? {
    if Self.holds(workspace, real) {
      let isClosed = forbidden.contains { Self.holds($0, real) && Self.isInside($0, of: workspace) }
      return isClosed ? .forbidden : nil
    }
    let roots = (isWrite ? [] : readable) + writable
    let root = roots.filter { Self.holds($0, real) }.max { $0.count < $1.count }
    guard let root else { return .outside }
    if forbidden.contains(where: { Self.holds($0, real) }) { return .forbidden }
    // `/proc/PID` shows the memory and the environment of every process: `/` as a root does not mean that.
    if Self.holds(Self.proc, real), !Self.holds(Self.proc, root) { return .forbidden }
    return nil
  }

  /// The places inside of the folder `real` that stay closed: what is done to all of it would reach them.
  package func closedPlaces(in real: [UInt8]) -> [[UInt8]] {
    forbidden.filter { Self.isInside($0, of: real) }
  }

  /// Whether a path may be used that nobody resolves: absolute, without a step back or an empty name. Whoever
  /// opens it follows no link.
  package func admits(_ path: [UInt8], isWrite: Bool) -> Bool {
    let names = path.split(separator: Self.slash, omittingEmptySubsequences: false).dropFirst()
    let isPlain =
      path.first == Self.slash
      && names.allSatisfy { ![[], Self.dot, Self.dot + Self.dot].contains(Array($0)) }
    return isPlain && refusal(of: path, isWrite: isWrite) == nil
  }

  /// True for a place that must not be removed or replaced: a root, or what holds the workspace.
  package func isRoot(_ real: [UInt8]) -> Bool {
    Self.holds(real, workspace) || writable.contains(real)
  }

  /// True if `real` is inside the workspace, whose size is bounded.
  package func isInWorkspace(_ real: [UInt8]) -> Bool { Self.holds(workspace, real) }

  /// True if `path` is `root` or lies under it.
  package static func holds(_ root: some Collection<UInt8>, _ path: some Collection<UInt8>) -> Bool {
    if root.count == 1, root.first == slash { return path.first == slash }
    return path.starts(with: root) && (path.count == root.count || path.dropFirst(root.count).first == slash)
  }

  private static func isInside(_ place: [UInt8], of root: [UInt8]) -> Bool {
    place != root && holds(root, place)
  }

  private static let dot = [UInt8(ascii: ".")]
  private static let slash = UInt8(ascii: "/")
  private static let proc = Array("/proc".utf8)
}
