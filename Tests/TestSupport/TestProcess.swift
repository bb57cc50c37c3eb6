import Foundation

/// A program under test: started with a time-out, read while it runs, and gone when the test is.
///
/// It is killed with its process group at the time-out and at `deinit`, and dies with the test runner,
/// however that one ends (`setpriv --pdeathsig`), so that no test leaves a daemon behind. It is reaped at
/// `deinit`: while somebody may send it signals, its number belongs to nobody else.
package final class TestProcess: Sendable {
  /// How a process ended.
  package enum Ending: Sendable, Equatable {
    case exited(Int32)
    case signalled(Int32)
    case timedOut
  }

  /// What a process has written, and how it ended once it has.
  package struct Record: Sendable {
    /// Standard output until now.
    package var output: String { String(decoding: outputBytes, as: UTF8.self) }
    /// Standard error until now.
    package var error: String { String(decoding: errorBytes, as: UTF8.self) }
    /// Nil while it runs or its pipes are open.
    package var ending: Ending?

    fileprivate var outputBytes: [UInt8] = []
    fileprivate var errorBytes: [UInt8] = []
    fileprivate var openPipes = 2
    fileprivate var exit: Ending?
    fileprivate var isReleased = false
    fileprivate var isTimedOut = false
  }

  /// The pid, which is also the process group.
  package let pid: Int32
  private let name: String
  private let record = Observed(Record())

  /// Starts a program: an absolute path, or a name that PATH knows.
  ///
  /// The environment is the given one and nothing else; nil means the test's own. Its input is the given
  /// text, else empty.
  package init(
    _ executable: String, _ arguments: [String] = [], environment: [String: String]? = nil,
    directory: String? = nil, input: String = "", timeout: Duration = .seconds(60)
  ) throws(TestSupportError) {
    name = (executable as NSString).lastPathComponent
    let launch = Launch(
      arguments: ["setpriv", "--pdeathsig", "KILL", "--", executable] + arguments,
      environment: environment ?? ProcessInfo.processInfo.environment, directory: directory)
    let child: Launch.Child
    do { child = try launch.start() } catch { throw error }
    pid = child.pid
    follow(child, timeout: timeout)
    Launch.write(input, to: child.input)
  }

  deinit {
    // The group may hold more than the process itself, so it is killed even when that one has ended.
    kill(-pid, SIGKILL)
    let isOver = record.update { record in
      record.isReleased = true
      return record.exit != nil
    }
    if isOver { Launch.reap(pid) }
  }

  /// What it has written until now.
  package var output: String { record.value.output }

  /// What it has complained about until now.
  package var errorOutput: String { record.value.error }

  /// Sends a signal to the process alone.
  package func send(_ signal: Int32) { kill(pid, signal) }

  /// Waits for a line that contains a text, on either stream, and returns it.
  @discardableResult
  package func waitForLine(
    containing text: String, timeout: Duration = .seconds(30)
  ) async throws(TestSupportError) -> String {
    let seen = try await record.wait("\(name) to print \"\(text)\"", timeout: timeout) { record in
      record.ending != nil || Self.line(containing: text, in: record) != nil
    }
    guard let line = Self.line(containing: text, in: seen) else {
      throw TestSupportError("\(name) ended without printing \"\(text)\": \(seen)")
    }
    return line
  }

  /// Waits until it has ended and its pipes are closed.
  @discardableResult
  package func ended() async throws(TestSupportError) -> Record {
    try await record.wait("\(name) to end", timeout: .seconds(3600)) { $0.ending != nil }
  }

  /// Calls back once it has ended and its pipes are closed.
  package func whenEnded(_ action: @escaping @Sendable () -> Void) {
    // The task holds the record and not the process, or `deinit` would never kill it.
    let record = record
    Task {
      _ = try? await record.wait("the end", timeout: .seconds(3600)) { $0.ending != nil }
      action()
    }
  }

  /// Runs a program to its end.
  @discardableResult
  package static func run(
    _ executable: String, _ arguments: [String] = [], environment: [String: String]? = nil,
    directory: String? = nil, input: String = "", timeout: Duration = .seconds(60)
  ) async throws(TestSupportError) -> Record {
    let process = try TestProcess(
      executable, arguments, environment: environment, directory: directory, input: input, timeout: timeout)
    let record = try await process.ended()
    withExtendedLifetime(process) {}
    return record
  }

  /// The path of a program that this package builds, such as `mission`.
  package static func product(_ name: String) throws(TestSupportError) -> String {
    let folder = (CommandLine.arguments[0] as NSString).deletingLastPathComponent
    let own = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
    let beside = (own as NSString).deletingLastPathComponent
    for candidate in [beside, folder] where access(candidate + "/" + name, X_OK) == 0 {
      return candidate + "/" + name
    }
    throw TestSupportError("\(name) is not beside the tests in \(beside); run `swift build` first")
  }

  private static func line(containing text: String, in record: Record) -> String? {
    for stream in [record.output, record.error] {
      // What follows the last newline may still grow, so it is no line until the end.
      let complete = stream.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
        .dropLast(record.ending == nil ? 1 : 0)
      if let line = complete.first(where: { $0.contains(text) }) { return String(line) }
    }
    return nil
  }

  private func follow(_ child: Launch.Child, timeout: Duration) {
    let record = record
    Launch.read(child.output) { bytes in record.update { $0.append(bytes, to: \.outputBytes) } }
    Launch.read(child.error) { bytes in record.update { $0.append(bytes, to: \.errorBytes) } }
    Launch.awaitEnd(of: child.pid) { ending in
      let isReleased = record.update { record in
        record.exit = ending
        record.settle()
        return record.isReleased
      }
      if isReleased { Launch.reap(child.pid) }
    }
    DispatchQueue.global().asyncAfter(deadline: .now() + timeout.seconds) { [weak self] in
      guard let self, record.value.ending == nil else { return }
      record.update { $0.isTimedOut = true }
      kill(-self.pid, SIGKILL)
    }
  }
}

extension TestProcess.Record {
  /// Takes what a pipe gave; nil is its end.
  fileprivate mutating func append(_ bytes: [UInt8]?, to buffer: WritableKeyPath<Self, [UInt8]>) {
    if let bytes {
      self[keyPath: buffer] += bytes
    } else {
      openPipes -= 1
      settle()
    }
  }

  fileprivate mutating func settle() {
    guard openPipes == 0, let exit else { return }
    ending = isTimedOut ? .timedOut : exit
  }
}
