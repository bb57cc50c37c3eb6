/// A database server as a connection string or the configuration names it.
package struct DatabaseServer: Sendable, Equatable {
  /// What it speaks.
  package enum Kind: String, Sendable { case postgresql, mysql, redis }

  /// How a connection is kept from others; the words are PostgreSQL's.
  package enum TLS: String, Sendable, CaseIterable {
    case disable, prefer, require
    case verifyAuthority = "verify-ca"
    case verifyAll = "verify-full"
  }

  package var kind: Kind
  /// A name or an address; empty where a Unix socket is used.
  package var host: String
  package var port: Int
  /// The path of a Unix socket; for PostgreSQL the folder that it is in.
  package var socket: String?
  package var user: String?
  package var password: String?
  /// Its name, for Redis its number.
  package var database: String?
  /// Nil for the default: verified, except on this host.
  package var tls: TLS?
  /// A file of certificates in PEM form to trust instead of the host's.
  package var authority: String?

  /// Names a server.
  package init(_ kind: Kind, host: String, port: Int) {
    self.kind = kind
    self.host = host
    self.port = port
  }

  /// `postgresql://db.example.com:5432/sales`: what messages call it, without user and password.
  package var shown: String {
    let place = socket ?? (host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)")
    return "\(kind.rawValue)://\(place)" + (database.map { "/\($0)" } ?? "")
  }
}
