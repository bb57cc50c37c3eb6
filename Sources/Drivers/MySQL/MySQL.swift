package import Posix

/// libmariadb, the client of MySQL and MariaDB.
package final class MySQL: Sendable {
  /// The host's library.
  package static let host = MySQL()

  /// Where a connection goes, and as whom.
  package struct Place: Sendable {
    /// A name or an address; empty for the socket.
    package var host: String
    package var port: Int
    package var socket: String?
    package var user: String
    package var password: String?
    package var database: String?
    /// False where the connection may be without TLS.
    package var usesTLS = false
    /// Whether the certificate must be for `host`, and not only by one of the authorities that are named.
    package var verifiesTLS = false
    /// A file of certificates in PEM form.
    package var authority: String?
    /// Says why the address that `host` led to is refused; asked before anything is sent there.
    package var judge: (@Sendable (SocketAddress) -> String?)?
    /// Lets `execute` take several statements.
    package var takesScripts = false

    /// Names a server.
    package init(host: String, port: Int, user: String) {
      self.host = host
      self.port = port
      self.user = user
    }
  }

  private let library: SharedLibrary<Functions>

  /// Finds the library through `lookup` at the first connection.
  package init(lookup: LibraryLookup = .host) {
    library = SharedLibrary(["libmariadb.so.3"], package: "libmariadb3", lookup: lookup) {
      symbols throws(LibraryError) in try Functions(symbols)
    }
  }

  /// Prepares a connection; nothing is sent before `open`.
  package func connection(_ place: Place) throws(MySQLError) -> MySQLConnection {
    let functions: Functions
    do throws(LibraryError) { functions = try library.functions() } catch { throw .library(error) }
    return MySQLConnection(functions, place)
  }
}

/// Why MySQL did not do as asked.
package enum MySQLError: Error, Equatable, CustomStringConvertible {
  case library(LibraryError)
  case cancelled
  /// An address was refused: the judge's words.
  case refused(String)
  /// The number and words of the library or the server.
  case failed(code: UInt32, message: String)
  /// The wrong number of values: how many there are.
  case count(wanted: Int, given: Int)

  package var description: String {
    switch self {
    case .library(let error): error.description
    case .cancelled: "cancelled"
    case .refused(let reason): reason
    case .failed(_, let message): message
    case .count(let wanted, let given): "the query takes \(wanted) values, not \(given)"
    }
  }
}

/// A value on its way to or from MySQL.
package enum MySQLValue: Sendable, Equatable {
  case null
  case integer(Int64)
  case unsigned(UInt64)
  case double(Double)
  /// Everything else: its text, or its bytes.
  case bytes([UInt8])
}

/// A column of MySQL.
package struct MySQLColumn: Sendable, Equatable {
  package let name: String
  /// The number of `enum_field_types`.
  package let type: CInt
  package let flags: UInt32
  /// Characters or digits that it is wide.
  package let width: UInt
  /// The character set; 63 for bytes.
  package let charset: UInt32
  /// `json` where MariaDB says that its text is.
  package let format: String?
  /// Whether its whole numbers have no sign.
  package var isUnsigned: Bool { flags & 32 != 0 }
}
