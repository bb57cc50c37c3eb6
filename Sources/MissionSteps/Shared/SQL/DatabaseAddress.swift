import Formats
package import MissionModel

/// A connection as missions write it: `sqlite:PATH`, `postgresql://…`, `mysql://…`, `redis://…`, or a name
/// of the configuration.
package enum DatabaseAddress: Sendable, Equatable {
  /// A file of SQLite, relative to the workspace.
  case file(String)
  /// A database of SQLite in memory.
  case memory
  case server(DatabaseServer)
  /// What the configuration calls one.
  case name(String)

  /// Reads a connection.
  ///
  /// - Throws: `.badParameters` that names no more of it than its scheme: it may hold a password.
  package init(_ text: String) throws(StepFailure) {
    guard let colon = text.firstIndex(of: ":") else {
      guard Identifier.isValid(text) else {
        throw StepFailure(
          .badParameters, "names no database; write sqlite:PATH, postgresql://…, mysql://…, or a name")
      }
      self = .name(text)
      return
    }
    let scheme = text[..<colon].lowercased()
    var rest = text[text.index(after: colon)...]
    guard scheme == "sqlite" || scheme == "sqlite3" else {
      self = .server(try ServerAddress.read(scheme, rest))
      return
    }
    if rest.hasPrefix("//") { rest = rest.dropFirst(2) }
    guard !rest.isEmpty else { throw StepFailure(.badParameters, "names no file") }
    guard !rest.contains("?"), !rest.utf8.contains(0) else {
      throw StepFailure(.badParameters, "takes a path without options")
    }
    self = rest == ":memory:" ? .memory : .file(String(rest))
  }

  /// What messages call it.
  package var title: String {
    switch self {
    case .file(let path): path
    case .memory: "a database in memory"
    case .server(let server): server.shown
    case .name(let name): name
    }
  }
}

/// The connection strings of servers: RFC 3986, with the few options that missions may set.
private enum ServerAddress {
  /// Schemes, the ports that go with them, and whether they are TLS.
  private static let schemes: [String: (kind: DatabaseServer.Kind, port: Int, tls: Bool)] = [
    "postgresql": (.postgresql, 5432, false), "postgres": (.postgresql, 5432, false),
    "mysql": (.mysql, 3306, false), "mariadb": (.mysql, 3306, false), "redis": (.redis, 6379, false),
    "rediss": (.redis, 6379, true), "unix": (.redis, 0, false),
  ]
  private static let options = [
    "host", "port", "dbname", "user", "password", "sslmode", "sslrootcert", "socket",
  ]

  static func read(_ scheme: String, _ rest: Substring) throws(StepFailure) -> DatabaseServer {
    func wrong(_ message: String) -> StepFailure { StepFailure(.badParameters, message) }
    guard let (kind, port, isTLS) = schemes[scheme] else {
      throw wrong("has the scheme \"\(scheme)\"; sqlite, postgresql, mysql and redis are possible")
    }
    guard rest.hasPrefix("//") else { throw wrong("has no // after \(scheme):") }
    var server = DatabaseServer(kind, host: "localhost", port: port)
    if isTLS { server.tls = .verifyAll }
    let body = rest.dropFirst(2).prefix { $0 != "#" }
    let authority = body.prefix { $0 != "/" && $0 != "?" }
    var path = body[authority.endIndex...].prefix { $0 != "?" }
    let query = body[path.endIndex...].dropFirst()
    if let at = authority.lastIndex(of: "@") {
      let parts = authority[..<at].split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
      server.user = try decoded(parts[0])
      if parts.count > 1 { server.password = try decoded(parts[1]) }
      try readPlace(authority[authority.index(after: at)...], into: &server)
    } else {
      try readPlace(authority, into: &server)
    }
    if scheme == "unix" {
      server.socket = try decoded(path)
      path = ""
    }
    let database = try decoded(path.dropFirst())
    if !database.isEmpty { server.database = database }
    for pair in query.split(separator: "&") { try readOption(pair, scheme, into: &server) }
    if server.user?.isEmpty == true { server.user = nil }
    if server.socket != nil { server.host = "" }
    try check(server)
    return server
  }

  private static func readPlace(_ text: Substring, into server: inout DatabaseServer) throws(StepFailure) {
    var host = text
    if let end = text.hasPrefix("[")
      ? text.firstIndex(of: "]").map(text.index(after:)) : text.firstIndex(of: ":")
    {
      host = text[..<end]
      let port = text[end...]
      if !port.isEmpty { try setPort(port.dropFirst(), of: &server) }
    }
    if host.hasPrefix("["), host.hasSuffix("]") { host = host.dropFirst().dropLast() }
    let name = try decoded(host)
    // libpq's way to write the folder of a socket: %2Frun%2Fpostgresql.
    if name.hasPrefix("/") { server.socket = name } else if !name.isEmpty { server.host = name }
  }

  private static func readOption(
    _ pair: Substring, _ scheme: String, into server: inout DatabaseServer
  ) throws(StepFailure) {
    let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    let key = String(parts[0]).lowercased()
    let value = parts.count > 1 ? try decoded(parts[1]) : ""
    switch key {
    case "host" where value.hasPrefix("/"), "socket": server.socket = value
    case "host": server.host = value
    case "port": try setPort(Substring(value), of: &server)
    case "dbname", "db": server.database = value
    case "user": server.user = value
    case "password": server.password = value
    case "sslrootcert": server.authority = value
    case "sslmode":
      guard let mode = DatabaseServer.TLS(rawValue: value) else {
        let known = DatabaseServer.TLS.allCases.map(\.rawValue).joined(separator: ", ")
        throw StepFailure(.badParameters, "has an sslmode that is none of \(known)")
      }
      server.tls = mode
    default:
      throw StepFailure(
        .badParameters, "has an option that is none of \(options.joined(separator: ", "))")
    }
  }

  private static func setPort(_ text: Substring, of server: inout DatabaseServer) throws(StepFailure) {
    guard let port = Int(text), (1...65535).contains(port) else {
      throw StepFailure(.badParameters, "has a port that is no number from 1 to 65535")
    }
    server.port = port
  }

  private static func check(_ server: DatabaseServer) throws(StepFailure) {
    let texts = [server.host, server.socket, server.user, server.password, server.database, server.authority]
    guard texts.allSatisfy({ $0.map { !$0.utf8.contains(0) } ?? true }) else {
      throw StepFailure(.badParameters, "holds a zero byte")
    }
    if server.kind == .redis, let number = server.database, Int(number).map({ $0 >= 0 }) != true {
      throw StepFailure(.badParameters, "has a database that is no number")
    }
  }

  private static func decoded(_ text: some StringProtocol) throws(StepFailure) -> String {
    guard let plain = PercentEncoding.decode(text) else {
      throw StepFailure(.badParameters, "has a % that is not followed by two digits")
    }
    return plain
  }
}
