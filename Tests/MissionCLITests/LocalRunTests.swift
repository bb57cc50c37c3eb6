import Formats
import Glibc
import MissionKit
import MissionModel
import MissionServer
import Posix
import TestSupport
import Testing

@testable import MissionCLI

@Suite(.timeLimit(.minutes(1))) struct LocalRunTests {
  private static let mission = """
    name: wait
    steps:
      - { id: quick, step_type: noop, parameters: { message: "{{ matrix.os }}" } }
      - { id: long, step_type: noop, depends_on: quick, parameters: { duration_ms: 86400000 } }
    """

  @Test func `progress and warnings are told, and the first request to end cancels the job`() async throws {
    let directory = try TemporaryDirectory()
    let program = Program(loop: try EventLoop(name: "program"))
    let seen = Observed("")
    let console = Console(
      write: { _ in },
      writeError: { bytes in seen.update { $0 += String(decoding: bytes, as: UTF8.self) } },
      environment: ["PATH": "/usr/bin:/bin"], program: program)
    let loaded = try DocumentLoader(catalog: BuiltinCatalog.catalog).load(Array(Self.mission.utf8))
    let run = try LocalRun(
      loaded.mission, [:], Configuration(), logs: directory.path, store: nil, console)
    async let ending = run.execute()
    _ = try await seen.wait("the long step") { $0.contains("long started") }
    program.receive(SIGINT)
    let (job, results) = await ending
    #expect(job.state.status == "cancelled")
    #expect(results.map(\.status) == [.success, .cancelled])
    #expect(seen.value.contains("cancelling; once more to kill\n"))
    let lines = seen.value.split(separator: "\n").map { String($0.split(separator: "] ").last ?? "") }
    #expect(lines.contains("quick started") && lines.contains { $0.hasPrefix("quick success") })
    #expect(lines.dropLast().last?.hasPrefix("job cancelled") == true, "\(seen.value)")
    #expect(
      lines.last == "warning: quick: {{ matrix.os }} names nothing that missiond knows and stays as it is")
  }
}
