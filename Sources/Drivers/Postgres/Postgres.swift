/// libpq, the client of PostgreSQL.
package final class Postgres: Sendable {
  /// The host's library.
  package static let host = Postgres()

  private let library: SharedLibrary<Functions>

  /// Finds the library through `lookup` at the first connection.
  package init(lookup: LibraryLookup = .host) {
    library = SharedLibrary(["libpq.so.5"], package: "libpq5", lookup: lookup) {
      symbols throws(LibraryError) in try Functions(symbols)
    }
  }

  /// Prepares a connection; nothing is sent before `open`.
  ///
  /// - Parameter keywords: those of the section "Parameter Key Words" of the library's documentation.
  package func connection(
    _ keywords: [(key: String, value: String)]
  ) throws(PostgresError) -> PostgresConnection {
    let functions: Functions
    do throws(LibraryError) { functions = try library.functions() } catch { throw .library(error) }
    return PostgresConnection(functions, keywords)
  }
}

/// Why PostgreSQL did not do as asked.
package enum PostgresError: Error, Equatable, CustomStringConvertible {
  case library(LibraryError)
  case cancelled
  case timedOut
  /// No connection came about; the library's words.
  case connect(String)
  /// The connection broke; the library's words.
  case lost(String)
  /// The server said no: its five-letter code, and its sentences.
  case server(state: String, message: String, detail: String?, hint: String?)
  /// The wrong number of values: how many there are.
  case count(wanted: Int, given: Int)

  package var description: String {
    switch self {
    case .library(let error): error.description
    case .cancelled: "cancelled"
    case .timedOut: "timed out"
    case .connect(let message), .lost(let message), .server(_, let message, _, _): message
    case .count(let wanted, let given): "the query takes \(wanted) values, not \(given)"
    }
  }
}
