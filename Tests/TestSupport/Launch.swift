import Foundation

/// Starts a child with three pipes and follows it from threads of its own.
struct Launch: Sendable {
  struct Child: Sendable {
    let pid: pid_t
    let input, output, error: Int32
  }

  let arguments: [String]
  let environment: [String: String]
  let directory: String?

  /// Starts the child on the one thread that never ends: the death signal is tied to the thread that spawned.
  func start() throws(TestSupportError) -> Child {
    try SpawnThread.shared.run { spawn() }.get()
  }

  private func spawn() -> Result<Child, TestSupportError> {
    var ends: [Int32] = []
    for _ in 0..<3 {
      var pair: [Int32] = [0, 0]
      guard pipe(&pair) == 0 else { return .failure(TestSupportError("pipe: \(Self.lastError)")) }
      for end in pair { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
      ends += pair
    }
    defer { for end in [ends[0], ends[3], ends[5]] { close(end) } }

    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_adddup2(&actions, ends[0], 0)
    posix_spawn_file_actions_adddup2(&actions, ends[3], 1)
    posix_spawn_file_actions_adddup2(&actions, ends[5], 2)

    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var none = sigset_t()
    var all = sigset_t()
    sigemptyset(&none)
    sigfillset(&all)
    posix_spawnattr_setsigmask(&attributes, &none)
    posix_spawnattr_setsigdefault(&attributes, &all)
    posix_spawnattr_setpgroup(&attributes, 0)
    let flags = POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF
    posix_spawnattr_setflags(&attributes, Int16(flags))

    // posix_spawn has no portable way to change the directory; env(1) has.
    let words = directory.map { ["env", "--chdir", $0, "--"] + arguments } ?? arguments
    var pid = pid_t()
    let status = Self.withCStrings(words) { argv in
      Self.withCStrings(environment.map { "\($0.key)=\($0.value)" }) { envp in
        posix_spawnp(&pid, argv[0]!, &actions, &attributes, argv, envp)
      }
    }
    guard status == 0 else {
      for end in [ends[1], ends[2], ends[4]] { close(end) }
      return .failure(TestSupportError("spawn \(words[0]): \(String(cString: strerror(status)))"))
    }
    return .success(Child(pid: pid, input: ends[1], output: ends[2], error: ends[4]))
  }

  /// Gives the pipe's bytes as they come, then nil, and closes it.
  static func read(_ descriptor: Int32, _ receive: @escaping @Sendable ([UInt8]?) -> Void) {
    Thread.detachNewThread {
      var buffer = [UInt8](repeating: 0, count: 65536)
      while true {
        let count = Glibc.read(descriptor, &buffer, buffer.count)
        if count > 0 { receive(Array(buffer[..<count])) }
        if count == 0 || (count < 0 && errno != EINTR) { break }
      }
      close(descriptor)
      receive(nil)
    }
  }

  /// Writes a text and closes the pipe, on a thread of its own: a child may read late or never.
  static func write(_ text: String, to descriptor: Int32) {
    guard !text.isEmpty else {
      close(descriptor)
      return
    }
    Thread.detachNewThread {
      var rest = Array(text.utf8)[...]
      var blocked = sigset_t()
      sigemptyset(&blocked)
      sigaddset(&blocked, SIGPIPE)
      pthread_sigmask(SIG_BLOCK, &blocked, nil)
      while !rest.isEmpty {
        let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
        if count > 0 { rest = rest.dropFirst(count) } else if errno != EINTR { break }
      }
      close(descriptor)
    }
  }

  /// Waits for the child's end on a thread of its own, and leaves its number to it (waitid(2), WNOWAIT).
  static func awaitEnd(of pid: pid_t, _ receive: @escaping @Sendable (TestProcess.Ending) -> Void) {
    Thread.detachNewThread {
      var info = siginfo_t()
      while waitid(P_PID, id_t(pid), &info, WEXITED | WNOWAIT) < 0, errno == EINTR {}
      let status = info._sifields._sigchld.si_status
      receive(info.si_code == CLD_EXITED ? .exited(status) : .signalled(status))
    }
  }

  /// Gives the number of a child that has ended back.
  static func reap(_ pid: pid_t) {
    while waitpid(pid, nil, 0) < 0, errno == EINTR {}
  }

  private static var lastError: String { String(cString: strerror(errno)) }

  private static func withCStrings<Result>(
    _ strings: [String], _ body: ([UnsafeMutablePointer<CChar>?]) -> Result
  ) -> Result {
    let pointers = strings.map { strdup($0) }
    defer { for pointer in pointers { free(pointer) } }
    return body(pointers + [nil])
  }
}

/// One thread that lives as long as the tests and starts every child.
private final class SpawnThread: Sendable {
  static let shared = SpawnThread()

  private let condition = NSCondition()
  // Proven: only touched while `condition` is locked.
  nonisolated(unsafe) private var jobs: [@Sendable () -> Void] = []

  private init() {
    Thread.detachNewThread { [self] in
      while true { next()() }
    }
  }

  /// Runs a short piece of work there and waits for its result.
  func run<Value: Sendable>(_ work: @escaping @Sendable () -> Value) -> Value {
    let done = DispatchSemaphore(value: 0)
    let box = Observed<Value?>(nil)
    condition.withLock {
      jobs.append {
        box.update { $0 = work() }
        done.signal()
      }
      condition.signal()
    }
    done.wait()
    return box.value!  // the semaphore was signalled after the value was stored
  }

  private func next() -> @Sendable () -> Void {
    condition.withLock {
      while jobs.isEmpty { condition.wait() }
      return jobs.removeFirst()
    }
  }
}
