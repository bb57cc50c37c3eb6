package import Posix

/// Who is at the other end of a connection.
package enum Peer: Sendable, Equatable {
  /// A client over TCP: its numeric address and port, as in `127.0.0.1` and `40312`.
  case tcp(address: String, port: Int)
  /// A process of this host over a Unix socket, by what the kernel says of it (`SO_PEERCRED` of `unix(7)`);
  /// nil where it had ended when the connection was taken.
  case unix(uid: UInt32, gid: UInt32, process: ProcessIdentity?)
}

/// Who a request speaks for, as a middleware found it; handlers judge and record by it.
package struct Caller: Sendable, Equatable {
  /// The token's name or the uid, as logs and audit show it.
  package let name: String
  /// What this caller may do, in the words of whoever set it.
  package let scopes: [String]

  /// Names a caller and what it may do.
  package init(name: String, scopes: [String]) {
    self.name = name
    self.scopes = scopes
  }
}
