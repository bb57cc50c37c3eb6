import CLinux
import Glibc

/// A child that has just been started, with the descriptors that whoever takes it over has to close.
struct Spawned: Sendable {
  let pid: Int32
  let pidfd: CInt
  /// The reading ends of the pipes, non-blocking; -1 where the output goes elsewhere.
  let output: CInt
  let errors: CInt
}

/// Starts one child; blocks until its exec, so it is the spawn thread's to call.
///
/// - Parameter cgroup: `cgroup.procs` of the group that the child joins, open for writing.
func spawn(_ configuration: SubprocessConfiguration, cgroup: CInt?) throws(SpawnError) -> Spawned {
  let null = try prepared(configuration) { () throws(Errno) in try FileDescriptor.open("/dev/null", O_RDWR) }
  let input = try prepared(configuration) { () throws(Errno) in try inputFile(configuration.input) }
  let output = try prepared(configuration) { () throws(Errno) in try pipe(configuration.output) }
  let errors = try prepared(configuration) { () throws(Errno) in try pipe(configuration.errors) }
  let inputNumber: CInt =
    switch configuration.input {
    case .null, .bytes: input.rawValue
    case .descriptor(let number): number
    }
  let child = try start(
    configuration,
    descriptors: (
      inputNumber,
      number(configuration.output, output.writer, null.rawValue),
      number(configuration.errors, errors.writer, null.rawValue)
    ), cgroup: cgroup ?? -1)
  return Spawned(
    pid: child.pid, pidfd: child.pidfd, output: output.takeReader(), errors: errors.takeReader())
}

private func number(_ output: SubprocessConfiguration.Output, _ pipe: CInt, _ null: CInt) -> CInt {
  switch output {
  case .null: null
  case .sink: pipe
  case .descriptor(let number): number
  }
}

private func prepared<Value: ~Copyable>(
  _ configuration: SubprocessConfiguration, _ body: () throws(Errno) -> Value
) throws(SpawnError) -> Value {
  do throws(Errno) {
    return try body()
  } catch {
    throw SpawnError(stage: .pipes, errno: error.during("start", configuration.program))
  }
}

/// Descriptors that are closed when they are not taken.
private final class Ends {
  private var reader: CInt = -1
  private(set) var writer: CInt = -1

  init() {}

  init(_ pipe: consuming Pipe) {
    (reader, writer) = pipe.release()
  }

  deinit {
    if reader >= 0 { close(reader) }
    if writer >= 0 { close(writer) }
  }

  func takeReader() -> CInt {
    defer { reader = -1 }
    return reader
  }
}

private func pipe(_ output: SubprocessConfiguration.Output) throws(Errno) -> Ends {
  guard case .sink = output else { return Ends() }
  return Ends(try Pipe(nonblockingReader: true))
}

/// The child's input as a file in memory: no pipe to feed, and nothing to go wrong when it is not read.
private func inputFile(_ input: SubprocessConfiguration.Input) throws(Errno) -> FileDescriptor {
  guard case .bytes(let bytes) = input else { return try FileDescriptor.open("/dev/null", O_RDONLY) }
  let file = FileDescriptor(owning: try check("make input") { linux_memory_file("stdin") })
  var rest = bytes[...]
  while !rest.isEmpty {
    let count = try check("make input") {
      rest.withUnsafeBytes { write(file.rawValue, $0.baseAddress, $0.count) }
    }
    rest = rest.dropFirst(count)
  }
  _ = try check("make input") { lseek(file.rawValue, 0, SEEK_SET) }
  return file
}

private func start(
  _ configuration: SubprocessConfiguration, descriptors: (CInt, CInt, CInt), cgroup: CInt
) throws(SpawnError) -> (pid: Int32, pidfd: CInt) {
  var what = linux_spawn()
  what.descriptors = descriptors
  what.cgroup_procs = cgroup
  what.landlock_ruleset = configuration.landlock ?? -1
  what.death_signal = configuration.deathSignal ?? 0
  what.no_new_privileges = configuration.forbidsNewPrivileges ? 1 : 0
  what.new_session = 1
  what.file_mask = configuration.fileMask ?? -1
  what.directory = -1
  var directory = ""
  switch configuration.directory {
  case .inherited: break
  case .descriptor(let number): what.directory = number
  case .path(let path): directory = path
  }
  let limits = configuration.limits.map {
    linux_limit(resource: $0.resource, soft: $0.value, hard: $0.hard)
  }
  var pid: Int32 = 0
  var pidfd: CInt = -1
  var stage: CInt = 0
  let code = CStrings(configuration.arguments).withPointers { arguments in
    CStrings(configuration.environment).withPointers { environment in
      configuration.program.withCString { program in
        directory.withCString { directory in
          limits.withUnsafeBufferPointer { limits in
            what.path = program
            what.arguments = arguments
            what.environment = environment
            what.directory_path = directory.pointee == 0 ? nil : directory
            what.limits = limits.baseAddress
            what.limit_count = limits.count
            if injectedFault("spawn") { return errno }
            return linux_spawn_child(&what, &pid, &pidfd, &stage) == 0 ? 0 : errno
          }
        }
      }
    }
  }
  KnownChildren.noteStart(of: code == 0 ? pid : nil)
  if code == 0 { return (pid, pidfd) }
  let failed = SpawnError.Stage(rawValue: stage) ?? .exec
  throw SpawnError(stage: failed, errno: Errno(code, failed.operation, failed.subject(configuration)))
}

extension SpawnError.Stage {
  fileprivate var operation: String {
    switch self {
    case .clone, .exec, .pipes: "start"
    case .session: "start session"
    case .cgroup: "join control group"
    case .parent: "tie child to parent"
    case .directory: "enter directory"
    case .descriptors: "hand over descriptors"
    case .limits: "limit child"
    case .privileges: "give up privileges"
    case .landlock: "confine child"
    }
  }

  fileprivate func subject(_ configuration: SubprocessConfiguration) -> String? {
    guard case .directory = self else { return configuration.program }
    guard case .path(let path) = configuration.directory else { return nil }
    return path
  }
}

/// Strings as one block of memory and the null-terminated array of pointers into it that `execve(2)` wants.
private struct CStrings {
  private var bytes: [CChar] = []
  private var starts: [Int] = []

  init(_ strings: [String]) {
    bytes.reserveCapacity(strings.reduce(0) { $0 + $1.utf8.count + 1 })
    starts.reserveCapacity(strings.count)
    for string in strings {
      starts.append(bytes.count)
      for byte in string.utf8 { bytes.append(CChar(bitPattern: byte)) }
      bytes.append(0)
    }
  }

  func withPointers<Result>(_ body: (UnsafePointer<UnsafePointer<CChar>?>?) -> Result) -> Result {
    bytes.withUnsafeBufferPointer { bytes in
      var pointers = starts.map { start in bytes.baseAddress.map { $0 + start } }
      pointers.append(nil)
      return pointers.withUnsafeBufferPointer { body($0.baseAddress) }
    }
  }
}
