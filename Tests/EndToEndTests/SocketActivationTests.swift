import Foundation
import TestSupport
import Testing

/// Sockets that were opened before the daemon, as systemd hands them over.
@Suite struct SocketActivationTests {
  /// Becomes the daemon with the socket `s` that `making` makes as its first inherited descriptor.
  private func wrapper(_ making: String) -> [String] {
    [
      "python3", "-c",
      """
      import os, socket, sys
      \(making)
      os.dup2(s.fileno(), 3) if s.fileno() != 3 else os.set_inheritable(3, True)
      os.environ.update(LISTEN_PID=str(os.getpid()), LISTEN_FDS="1")
      os.execvp(sys.argv[1], sys.argv[1:])
      """,
    ]
  }

  @Test func `a socket that was handed over is served, and it alone`() async throws {
    let directory = try TemporaryDirectory()
    let path = directory / "given.sock"
    let daemon = try await TestDaemon(
      directory: directory,
      wrapper: wrapper("s = socket.socket(socket.AF_UNIX); s.bind('\(path)'); s.listen()"))
    let record = try await TestProcess.run(
      "curl", ["-sS", "--unix-socket", path, "http://localhost/livez"])
    #expect(record.output == "ok\n", "\(record)")
    let other = try await TestProcess.run("curl", ["-sS", daemon.url + "/livez"])
    #expect(other.ending == .exited(7))
  }

  @Test(arguments: [
    "s = socket.socket(); s.bind(('127.0.0.1', 0))",
    "s = socket.socket(type=socket.SOCK_DGRAM); s.bind(('127.0.0.1', 0))",
    "s, other = socket.socketpair()",
    "s = open('/dev/null')",
  ])
  func `what takes no connections is refused, instead of a service that nobody reaches`(
    making: String
  ) async throws {
    let error = await #expect(throws: TestSupportError.self) {
      _ = try await TestDaemon(wrapper: wrapper(making))
    }
    #expect(
      "\(error as Any)".contains(
        "descriptor 3, which LISTEN_FDS hands over, is no socket that takes connections; "
          + "hand over one of ListenStream= with Accept=no"), "\(error as Any)")
  }
}
