import CLinux
import Glibc

/// A part of the control group tree that is ours to divide: one leaf for each attempt.
///
/// See `cgroups(7)` and the kernel's "Control Group v2". A leaf is killed as a whole by one write, which no
/// process can escape, whatever sessions and parents it makes itself.
package final class ControlGroups: Sendable {
  /// The directory under which leaves are made.
  package let path: String
  /// What the names of our leaves begin with: two processes may divide one part of the tree.
  let prefix: String

  /// Uses a directory of a mounted cgroup2 tree that this process may write to.
  ///
  /// - Parameter owner: tells our leaves from those of others who divide the same directory.
  package init(path: String, owner: String = "") throws(Errno) {
    self.path = path
    prefix = "attempt-\(Self.digest(owner))-"
    _ = try check("use control group", path) { access(path + "/cgroup.procs", W_OK) }
  }

  /// Finds the group that was delegated to this process, and moves the process into a leaf of it.
  ///
  /// Nil where there is no cgroup2 mount, or what there is was not given to us: for root, every group is
  /// writable, so only the top of a container's tree, or a group that the service manager marked as
  /// delegated, counts.
  ///
  /// - Parameter owner: unlike that of any other process that runs: the state directory. What an earlier
  ///   process of this owner left is killed.
  package static func delegated(to owner: String) -> ControlGroups? {
    guard let mounts = text("/proc/self/mountinfo"), let own = text("/proc/self/cgroup"),
      let path = ownPath(mountInfo: mounts, cgroup: own), isDelegated(path, isTop: own.contains("0::/\n")),
      let groups = try? ControlGroups(path: path, owner: owner), (try? groups.moveSelfIntoLeaf()) != nil
    else { return nil }
    groups.enableControllers()
    groups.removeLeftOvers()
    return groups
  }

  /// Where the process's own cgroup2 directory is, from its mounts and its group.
  static func ownPath(mountInfo: String, cgroup: String) -> String? {
    guard let group = cgroup.split(separator: "\n").first(where: { $0.hasPrefix("0::") })?.dropFirst(3)
    else { return nil }
    for line in mountInfo.split(separator: "\n") {
      let fields = line.split(separator: " ")
      guard let dash = fields.firstIndex(of: "-"), dash + 1 < fields.count, fields[dash + 1] == "cgroup2",
        dash > 4
      else { continue }
      let (root, mount) = (fields[3], fields[4])
      if root == "/" { return String(mount) + (group == "/" ? "" : group) }
      if group == root { return String(mount) }
      if group.hasPrefix(root + "/") { return String(mount) + group.dropFirst(root.count) }
    }
    return nil
  }

  private static func isDelegated(_ path: String, isTop: Bool) -> Bool {
    if geteuid() != 0 { return true }
    // The host's own top has no events, since it never empties; a container's top is a group like others.
    if isTop { return access(path + "/cgroup.events", F_OK) == 0 }
    var value: UInt8 = 0
    return (["trusted.delegate", "user.delegate"] as [String]).contains { name in
      linux_getxattr(path, name, &value, 1) == 1 && value == UInt8(ascii: "1")
    }
  }

  /// Processes may only be in leaves once a group has controllers, so the daemon goes into one itself.
  private func moveSelfIntoLeaf() throws(Errno) {
    let leaf = path + "/supervisor"
    if mkdir(leaf, 0o755) != 0, errno != EEXIST { throw Errno(errno, "make control group", leaf) }
    try Self.write("0", to: leaf + "/cgroup.procs")
  }

  /// Turns on what is there; memory tells of kills for want of it. Without, leaves still end trees.
  private func enableControllers() {
    for controller in ["memory", "pids"] {
      Self.writeWherePossible("+" + controller, to: path + "/cgroup.subtree_control")
    }
  }

  /// What the markers of processes begin with that belong to no attempt, and outlive this process.
  package static let detachedPrefix = "detached-"

  /// The controllers that leaves have: `memory` and `pids` where bounds on them can be kept.
  package var controllers: Set<String> {
    let enabled = Self.text(path + "/cgroup.subtree_control") ?? ""
    return Set(enabled.split(whereSeparator: \.isWhitespace).map(String.init))
  }

  /// Kills and removes what attempts of an earlier process left; what is detached stays until it is empty.
  ///
  /// Blocks until the killed have gone, which takes an instant, but no longer than a second: for a start.
  package func removeLeftOvers(except kept: Set<String> = []) {
    let leaves = leafNames().filter { !kept.contains(String($0.dropFirst(prefix.count))) }
    let lost = leaves.filter { !$0.hasPrefix(prefix + Self.detachedPrefix) }
    for name in lost { Self.writeWherePossible("1", to: "\(path)/\(name)/cgroup.kill") }
    let deadline = BootTime.now.advanced(by: .seconds(1))
    for name in lost { Self.waitUntilEmpty("\(path)/\(name)", until: deadline) }
    for name in leaves { rmdir("\(path)/\(name)") }
  }

  private func leafNames() -> [String] {
    guard let directory = opendir(path) else { return [] }
    defer { closedir(directory) }
    var names: [String] = []
    while let found = readdir(directory) {
      let name = withUnsafePointer(to: &found.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if name.hasPrefix(prefix) { names.append(name) }
    }
    return names
  }

  private static func waitUntilEmpty(_ leaf: String, until deadline: BootTime) {
    // A leaf without it is gone already.
    guard let events = try? FileDescriptor.open(leaf + "/cgroup.events", O_RDONLY) else { return }
    while ControlGroup.isPopulated(events), BootTime.now < deadline {
      var change = pollfd(fd: events.rawValue, events: Int16(POLLPRI), revents: 0)
      _ = poll(&change, 1, 100)
    }
  }

  /// A short name for `owner`: 64-bit FNV-1a, since paths are too long for names of groups.
  private static func digest(_ owner: String) -> String {
    let hash = owner.utf8.reduce(0xcbf2_9ce4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
    return String(hash, radix: 16)
  }

  static func write(_ value: String, to path: String) throws(Errno) {
    let file = try FileDescriptor.open(path, O_WRONLY)
    let bytes = Array(value.utf8)
    _ = try check("write", path) { Glibc.write(file.rawValue, bytes, bytes.count) }
  }

  /// Writes what does good where the kernel has it, and is not missed where it has not.
  static func writeWherePossible(_ value: String, to path: String) { try? write(value, to: path) }

  static func text(_ path: String) -> String? {
    guard let file = try? FileDescriptor.open(path, O_RDONLY), let bytes = try? file.readAll(limit: 1 << 20)
    else { return nil }
    return String(decoding: bytes, as: UTF8.self)
  }
}

/// The leaf of one attempt.
final class ControlGroup: Sendable {
  let path: String
  private let events: FileDescriptor
  /// `cgroup.procs`, open for a child to join by.
  let procs: FileDescriptor

  /// Makes a leaf with its bounds.
  init(
    in groups: ControlGroups, attempt: String, limits: SubprocessConfiguration.GroupLimits = .init()
  ) throws(Errno) {
    let path = "\(groups.path)/\(groups.prefix)\(attempt)"
    _ = try check("make control group", path) { mkdir(path, 0o755) }
    do {
      if let bytes = limits.memoryBytes {
        try ControlGroups.write(String(bytes), to: path + "/memory.max")
        // Without them the bound still holds: swap is not there everywhere, and one of many may be killed.
        ControlGroups.writeWherePossible("0", to: path + "/memory.swap.max")
        ControlGroups.writeWherePossible("1", to: path + "/memory.oom.group")
      }
      if let count = limits.processes { try ControlGroups.write(String(count), to: path + "/pids.max") }
      let events = try FileDescriptor.open(path + "/cgroup.events", O_RDONLY)
      let procs = try FileDescriptor.open(path + "/cgroup.procs", O_WRONLY)
      self.path = path
      self.events = events
      self.procs = procs
    } catch {
      rmdir(path)
      throw error
    }
  }

  /// What to watch for exceptional events to hear of changes of `isPopulated`.
  var eventsNumber: CInt { events.rawValue }

  /// Whether any process is in it or below it. Also arms the next event.
  var isPopulated: Bool { Self.isPopulated(events) }

  /// What an open `cgroup.events` says.
  static func isPopulated(_ events: borrowing FileDescriptor) -> Bool {
    var buffer = [UInt8](repeating: 0, count: 256)
    let count = pread(events.rawValue, &buffer, buffer.count, 0)
    return !String(decoding: buffer.prefix(max(count, 0)), as: UTF8.self).contains("populated 0")
  }

  /// The processes in it.
  var pids: [Int32] {
    (ControlGroups.text(path + "/cgroup.procs") ?? "").split(separator: "\n").compactMap { Int32($0) }
  }

  /// Whether the kernel killed one of them for want of memory.
  var hadMemoryKill: Bool {
    Self.memoryKills(in: ControlGroups.text(path + "/memory.events") ?? "") > 0
  }

  /// Whether one of them could not make a process because of `pids.max`.
  var hadProcessRefusal: Bool {
    Self.count("max", in: ControlGroups.text(path + "/pids.events") ?? "") > 0
  }

  static func memoryKills(in events: String) -> Int { count("oom_kill", in: events) }

  /// A counter of a file of events.
  static func count(_ name: String, in events: String) -> Int {
    events.split(separator: "\n").first { $0.hasPrefix(name + " ") }
      .flatMap { Int($0.dropFirst(name.utf8.count + 1)) } ?? 0
  }

  /// Kills all of it at once. The corresponding file is `cgroup.kill`.
  func kill() throws(Errno) { try ControlGroups.write("1", to: path + "/cgroup.kill") }

  /// Removes the leaf, which has to be empty.
  func remove() { rmdir(path) }
}
