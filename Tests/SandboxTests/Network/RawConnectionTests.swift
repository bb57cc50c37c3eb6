import MissionModel
import Posix
import TestSupport
import Testing

@testable import Sandbox

@Suite(.timeLimit(.minutes(1))) struct RawConnectionTests {
  private static func connection(
    _ port: UInt16, patience: Duration = .seconds(50)
  ) throws -> RawConnection {
    try RawConnection(to: .ipv4(0x7f00_0001, port: port)) { .now + patience }
  }

  /// What the server takes for a request.
  private static let word = "GET / HTTP/1.1\r\n\r\n"

  /// Connects, says a word, and takes what comes.
  private static func ask(_ connection: RawConnection) async throws -> [[UInt8]] {
    try await connection.run { () throws(StepFailure) in
      do throws(RawConnection.Failure) {
        try connection.open()
        try connection.send(Array(word.utf8))
        return [try connection.receive(), try connection.receive()]
      } catch { throw StepFailure("\(error)") }
    }
  }

  @Test func `bytes go both ways until the other side closes`() async throws {
    let server = try LoopbackServer { .last("you said \($0)") }
    let pieces = try await Self.ask(Self.connection(server.port))
    #expect(pieces == [Array("you said \(Self.word)".utf8), []])
  }

  @Test func `a port where nobody listens breaks the connection`() async throws {
    let connection = try Self.connection(FreePort().number)
    let error = await #expect(throws: StepFailure.self) { try await Self.ask(connection) }
    #expect(error?.message.contains("connection refused") == true, "\(error?.message ?? "")")
  }

  @Test func `patience ends a wait`() async throws {
    let server = try LoopbackServer { _ in .silence("") }
    let connection = try Self.connection(server.port, patience: .milliseconds(50))
    await #expect(throws: StepFailure("timedOut")) { try await Self.ask(connection) }
  }

  @Test func `a cancel ends a wait`() async throws {
    let server = try LoopbackServer { _ in .silence("") }
    let connection = try Self.connection(server.port)
    let work = Task { try await Self.ask(connection) }
    try await server.requests.wait("the word", timeout: .seconds(20)) { $0.count == 1 }
    work.cancel()
    await #expect(throws: StepFailure("interrupted")) { try await work.value }
  }
}
