import Formats
package import MissionModel

/// The Redis server of a step.
package struct RedisTarget: Sendable {
  private let connection: String

  /// What every type that speaks to Redis can need.
  package static let requirements: [Requirement] = [
    .library("libssl.so.3", package: "libssl3", isEssential: false)
  ]

  /// Reads the parameter `connection`.
  package init(_ p: inout ParameterReader) {
    connection = p.optional(
      "connection", aliases: ["redis_url"], .connection, default: "redis://localhost:6379/0",
      "redis://…, rediss://… for TLS, unix:///SOCKET?db=N, or a name of the configuration.")
    DatabaseTarget.check(connection, .redis, &p)
  }

  /// What messages call it.
  package var title: String {
    do throws(StepFailure) { return try DatabaseAddress(connection).title } catch { return "Redis" }
  }

  /// Runs commands as one, so that nobody comes between them, and gives their answers.
  ///
  /// - Throws: where there is no connection; what the commands themselves say is in the answers.
  package func run(_ commands: [[String]], in context: StepContext) async throws(StepFailure) -> [RedisReply]
  {
    let target = try await DatabaseTarget(connection, .redis, access: .read, in: context)
    defer { target.release() }
    guard case .server(let server) = target.place else {
      throw StepFailure(.badParameters, "connection: \(target.title) is not Redis")
    }
    let all = [["MULTI"]] + commands + [["EXEC"]]
    let replies = try await context.databases.redis(
      server, target.title, all.map { $0.map { Array($0.utf8) } })
    if case .list(let results)? = replies.last, results.count == commands.count { return results }
    let refusals = replies.compactMap { if case .error(let message) = $0 { message } else { nil } }
    throw StepFailure("ask \(target.title): \(refusals.first ?? "the answer makes no sense")")
  }
}
