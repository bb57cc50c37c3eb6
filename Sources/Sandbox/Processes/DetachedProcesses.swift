import Formats
import Glibc
import MissionModel
import Posix

/// The detached processes that live: a file each in a directory of the daemon's own, so that a later daemon
/// takes them over instead of starting them again (contract §5). All functions block.
package struct DetachedProcesses: Sendable {
  /// What is known of one.
  struct Record: Sendable, Equatable {
    var identity: ProcessIdentity
    /// Carried by it and, as a rule, by what it started.
    var marker: String
    /// The file that it writes its output to.
    var log: String
    /// Whether it was seen to be ready.
    var isReady: Bool
  }

  private let directory: String

  /// Keeps the files in a directory that exists.
  package init(directory: String) { self.directory = directory }

  /// What tells one detached process from all others: where it works, for which step, and what it runs.
  static func key(of command: Command, step: String, workspace: String) -> String {
    let words: [JSON] =
      [.string(workspace), .string(step), JSON(command.workingDirectory), .string(command.program)]
      + command.arguments.map(JSON.string)
    var digest = SHA256()
    digest.update(JSON.array(words).compactBytes)
    return String(Hex.encode(digest.finalize()).prefix(32))
  }

  /// A marker for a process of that key; its form says that no attempt owns it.
  static func marker(key: String, attempt: String) -> String {
    "\(ControlGroups.detachedPrefix)\(key)-\(attempt)"
  }

  /// The living process of a key; nil where there is none.
  ///
  /// A daemon that died between the start and the record left no file: then the marker tells.
  func find(_ key: String) -> Record? {
    if let record = read(key + ".json"), record.identity.isAlive { return record }
    let marked = ProcessSnapshot.take().filter {
      !$0.isZombie && ($0.marker ?? "").hasPrefix("\(ControlGroups.detachedPrefix)\(key)-")
    }
    guard let first = marked.min(by: { $0.startTicks < $1.startTicks }), let marker = first.marker,
      let identity = ProcessIdentity(of: first.pid)
    else {
      forget(key)
      return nil
    }
    return Record(identity: identity, marker: marker, log: Self.output(of: first.pid), isReady: false)
  }

  /// The living process with this pid, whichever job started it.
  func find(pid: Int32) -> Record? {
    guard let folder = opendir(directory) else { return nil }
    defer { closedir(folder) }
    while let found = readdir(folder) {
      let name = withUnsafePointer(to: &found.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if name.hasSuffix(".json"), let record = read(name), record.identity.pid == pid, record.identity.isAlive
      {
        return record
      }
    }
    return nil
  }

  /// Writes down a process, at once or not at all. The disk need not have it: no process lives longer than
  /// the kernel's memory.
  func save(_ record: Record, as key: String) throws(Errno) {
    let text: JSON = [
      "pid": JSON(record.identity.pid), "start_ticks": .string(String(record.identity.startTicks)),
      "boot_id": .string(record.identity.bootID), "marker": .string(record.marker),
      "log": .string(record.log), "ready": .bool(record.isReady),
    ]
    let path = "\(directory)/\(key).json"
    let file = try FileDescriptor.open(path + ".new", O_WRONLY | O_CREAT | O_TRUNC, mode: 0o600)
    try text.compactBytes.withUnsafeBufferPointer { (bytes) throws(Errno) in
      try file.writeAll(UnsafeRawBufferPointer(bytes))
    }
    _ = try check("write", path) { rename(path + ".new", path) }
  }

  /// Removes what is known of a process that is gone.
  func forget(_ key: String) { unlink("\(directory)/\(key).json") }

  /// What is known of a process; whoever finds nothing, or nothing that can be read, looks for its marker.
  private func read(_ name: String) -> Record? {
    guard let file = try? FileDescriptor.open("\(directory)/\(name)", O_RDONLY),
      let bytes = try? file.readAll(limit: 1 << 16), let record = try? JSONParser.parse(bytes),
      let pid = record["pid"]?.integerValue.flatMap({ Int32(exactly: $0) }),
      let ticks = record["start_ticks"]?.stringValue.flatMap({ UInt64($0) }),
      let boot = record["boot_id"]?.stringValue, let marker = record["marker"]?.stringValue,
      let log = record["log"]?.stringValue
    else { return nil }
    return Record(
      identity: ProcessIdentity(pid: pid, startTicks: ticks, bootID: boot), marker: marker, log: log,
      isReady: record["ready"] == true)
  }

  /// The file that a process has as its standard output.
  private static func output(of pid: Int32) -> String {
    let place = try? FileDescriptor.openPath("/proc/\(pid)/fd/1", follow: true).realPath()
    return String(decoding: place ?? [], as: UTF8.self)
  }
}
