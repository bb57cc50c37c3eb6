import Formats
package import MissionModel

/// The database that a step's `connection` leads to, with the files that belong to it held.
package struct DatabaseTarget: Sendable {
  /// What kinds of database a step type works with.
  package enum Kinds: Sendable { case sql, redis, all }

  package let place: DatabaseQuery.Place
  /// What messages call it; never with a password.
  package let title: String
  private let held: [HeldPath]

  /// Finds the database, and judges the files that it is in.
  ///
  /// - Throws: `.badParameters` where there is none of that name.
  package init(
    _ connection: String, _ kinds: Kinds, access: PathAccess, in context: StepContext
  ) async throws(StepFailure) {
    let written = try Self.read(connection, kinds)
    var address = written
    var isConfigured = false
    if case .name(let name) = written {
      guard let configured = context.databases.named[name] else {
        throw Self.unknown(name, among: context.databases.named.keys.sorted())
      }
      do throws(StepFailure) { address = try Self.read(configured, kinds) } catch {
        throw StepFailure(.badParameters, "databases.\(name) of the configuration: \(error.message)")
      }
      isConfigured = true
    }
    title = written.title
    switch address {
    case .memory:
      (place, held) = (.memory, [])
    case .file(let path):
      let file = try await context.files.hold(path, access)
      (place, held) = (.file(file), [file])
    case .server(var server):
      var files: [HeldPath] = []
      if let authority = server.authority, !isConfigured {
        files.append(try await context.files.hold(authority, .read))
        server.authority = files[0].realPath
      }
      (place, held) = (.server(server), files)
    case .name:
      throw StepFailure(.badParameters, "databases.\(written.title) of the configuration: is a name itself")
    }
  }

  /// Names what there is: whoever sees it may be a model that can try again.
  private static func unknown(_ name: String, among known: [String]) -> StepFailure {
    let wayOut =
      EditDistance.closest(to: name, among: known).map { "did you mean \"\($0)\"?" }
      ?? (known.isEmpty ? "name it under databases:" : "it has \(known.joined(separator: ", "))")
    return StepFailure(
      .badParameters, "connection: the configuration has no database \"\(name)\"; \(wayOut)")
  }

  /// Ends the holds on its files.
  package func release() { for file in held { file.release() } }

  /// Reads a connection that is of one of the kinds.
  package static func read(_ text: String, _ kinds: Kinds) throws(StepFailure) -> DatabaseAddress {
    let address: DatabaseAddress
    do throws(StepFailure) { address = try DatabaseAddress(text) } catch {
      throw StepFailure(.badParameters, "connection: \(error.message)")
    }
    let isRedis = if case .server(let server) = address { server.kind == .redis } else { false }
    if case .name = address { return address }
    switch kinds {
    case .sql where isRedis: throw StepFailure(.badParameters, "connection: Redis takes no SQL")
    case .redis where !isRedis:
      throw StepFailure(.badParameters, "connection: write it as redis://HOST:PORT/NUMBER, or a name")
    case .sql, .redis, .all: return address
    }
  }

  /// Reports what is wrong with a step's connection at submission; gives what it says, where it can be read.
  @discardableResult
  package static func check(
    _ connection: String, _ kinds: Kinds, _ p: inout ParameterReader
  ) -> DatabaseAddress? {
    guard p.purpose != .describing, p.isGiven("connection"), !p.isOpen("connection") else { return nil }
    do throws(StepFailure) { return try read(connection, kinds) } catch {
      p.problem(at: "connection", String(error.message.dropFirst("connection: ".count)))
      return nil
    }
  }
}
