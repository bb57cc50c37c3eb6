import Glibc
import Testing

@testable import Posix

// One after another with the tests of the table, which count zombies and descriptors.
extension ProcessTableTests {
  /// What `spawn` hands to a child and what it says when it cannot; the process table adds the life of it.
  @Suite struct SpawnTests {
    /// Starts a child on the one thread that may.
    private func start(_ configuration: SubprocessConfiguration) async throws -> Spawned {
      try await withCheckedContinuation { continuation in
        SpawnThread.shared.spawn(configuration, cgroup: nil) { continuation.resume(returning: $0) }
      }.get()
    }

    /// Waits for a child that no table knows.
    @discardableResult
    private func reap(_ child: Spawned) -> CInt {
      var status: CInt = 0
      KnownChildren.forget(child.pid)
      waitpid(child.pid, &status, 0)
      close(child.pidfd)
      return status
    }

    /// Starts a child, reads its output to the end and waits for it.
    private func run(
      _ configuration: SubprocessConfiguration
    ) async throws -> (output: String, errors: String, status: CInt) {
      let child = try await start(configuration)
      let texts = [child.output, child.errors].map { descriptor -> String in
        guard descriptor >= 0 else { return "" }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 4096)
        var poll = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        while Glibc.poll(&poll, 1, 10_000) == 1 {
          let count = read(descriptor, &buffer, buffer.count)
          guard count > 0 else { break }
          bytes += buffer[..<count]
        }
        return String(decoding: bytes, as: UTF8.self)
      }
      return (texts[0], texts[1], reap(child))
    }

    private func shell(_ script: String) -> SubprocessConfiguration {
      var configuration = Children.shell(script)
      configuration.output = .sink
      configuration.errors = .sink
      return configuration
    }

    @Test func `arguments and environment arrive as they are, empty ones and odd bytes too`() async throws {
      var configuration = SubprocessConfiguration(
        program: "/bin/sh", arguments: ["sh", "-c", #"printf '<%s>' "$A" "$@""#, "sh", "", "a b", "é\n"],
        environment: ["A=1=2 "])
      configuration.output = .sink
      #expect(try await run(configuration).output == "<1=2 ><><a b><é\n>")
    }

    @Test func `outputs go where they are sent, and the pipes are the caller's to close`() async throws {
      let both = try await run(shell("echo out; echo err >&2; exit 5"))
      #expect(both == ("out\n", "err\n", 5 << 8))
      var quiet = shell("echo out; echo err >&2")
      quiet.errors = .null
      let child = try await start(quiet)
      #expect(child.errors == -1 && child.output >= 0)
      #expect(fcntl(child.output, F_GETFL) & O_NONBLOCK != 0)
      #expect(fcntl(child.output, F_GETFD) & FD_CLOEXEC != 0)
      close(child.output)
      reap(child)
    }

    @Test func `a directory is entered by path or by descriptor`() async throws {
      var configuration = shell("pwd")
      configuration.directory = .path("/usr")
      #expect(try await run(configuration).output == "/usr\n")
      let folder = try FileDescriptor.open("/etc", O_RDONLY | O_DIRECTORY)
      configuration.directory = .descriptor(folder.rawValue)
      #expect(try await run(configuration).output == "/etc\n")
      _ = folder.rawValue
    }

    @Test func `limits hold, soft and hard`() async throws {
      var configuration = shell("ulimit -Sn; ulimit -Hn")
      configuration.limits = [.init(resource: CInt(RLIMIT_NOFILE.rawValue), value: 40, hard: 50)]
      #expect(try await run(configuration).output == "40\n50\n")
    }

    @Test(
      arguments: [
        ("/no/such/program", SpawnError.Stage.exec, "start /no/such/program: no such file or directory (2)"),
        ("/etc", .exec, "start /etc: permission denied (13)"),
      ])
    func `a program that cannot be started is named, with the cause`(
      program: String, stage: SpawnError.Stage, words: String
    ) async {
      let configuration = SubprocessConfiguration(program: program, arguments: ["x"], environment: [])
      let error = await #expect(throws: SpawnError.self) { try await run(configuration) }
      #expect(error?.stage == stage)
      #expect(error?.description == words)
    }

    @Test func `a directory that cannot be entered is named, not the program`() async {
      var configuration = shell("true")
      configuration.directory = .path("/no/such")
      let error = await #expect(throws: SpawnError.self) { try await run(configuration) }
      #expect(error?.stage == .directory)
      #expect(error?.description == "enter directory /no/such: no such file or directory (2)")
    }

    @Test func `a start that failed leaves no descriptor and no child behind`() async throws {
      func count() -> Int {
        var count = 0
        for descriptor in 0..<1024 where fcntl(CInt(descriptor), F_GETFD) >= 0 { count += 1 }
        return count
      }
      var configuration = shell("true")
      configuration.program = "/no/such/program"
      configuration.input = .bytes(Array("input".utf8))
      _ = try? await run(configuration)  // whatever is opened once and kept, is
      let before = count()
      for _ in 0..<20 { await #expect(throws: SpawnError.self) { try await run(configuration) } }
      // Other suites open and close descriptors meanwhile; twenty starts would have left sixty.
      #expect(count() < before + 20)
    }
  }
}
