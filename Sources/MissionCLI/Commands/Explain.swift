import Formats
import HTTP
import MissionEngine
import MissionKit
import MissionModel

extension Subcommand {
  /// `mission explain`: why each step ran, waited or was skipped.
  package static let explain = Subcommand(
    "explain", "Say why each step of a job ran when it did, waited, or was skipped.", flags: Server.flags,
    operands: [Operand("ID", "The job's id.")],
    example: "mission explain 0198c0de-0000-7000-8000-000000000001"
  ) { arguments, console throws(CommandError) in
    let server = try Server(arguments, console)
    let id = try JobPath.id(arguments)
    let (_, job) = try await server.json(.get, "/missions/\(id)?include=steps")
    guard let started = job["started_at"]?.stringValue.flatMap(Timestamp.init) else {
      console.print("the job is \(job["status"]?.stringValue ?? "unknown") and has not started")
      return .completed
    }
    let mission = try await document(of: id, server)
    let results = mission.steps.map { Self.result($0.id, job["step_results"]?[$0.id]) }
    for (step, sentences) in Explanation(mission, results: results, startedAt: started).lines {
      console.print("\(step): \(Shown.value(sentences.joined(separator: "; ")))")
    }
    return .completed
  }

  private static func document(of id: String, _ server: Server) async throws(CommandError) -> Mission {
    let answer = try await server.send(.get, "/missions/\(id)/document")
    do {
      let bytes = try await answer.bytes()
      return try DocumentLoader(catalog: BuiltinCatalog.catalog, unknownFields: .warn).load(bytes).mission
    } catch let error as ClientError {
      throw Server.explain(error)
    } catch {
      throw CommandError(.failed, "the job's document cannot be read by this version of mission")
    }
  }

  private static func result(_ id: String, _ json: JSON?) -> StepResult {
    StepResult(
      stepID: id, status: json?["status"]?.stringValue.flatMap(StepStatus.init) ?? .pending,
      error: json?["error"]?.stringValue, durationMilliseconds: json?["duration_ms"]?.integerValue ?? 0,
      attempts: Int(json?["attempts"]?.integerValue ?? 0),
      startedAt: json?["started_at"]?.stringValue.flatMap(Timestamp.init),
      finishedAt: json?["finished_at"]?.stringValue.flatMap(Timestamp.init))
  }
}
