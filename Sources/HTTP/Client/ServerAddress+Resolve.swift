import Posix

extension ServerAddress {
  /// The addresses to try, in order.
  func resolve() async throws(ClientError) -> [SocketAddress] {
    switch self {
    case .unix(let path): return [.unix(path)]
    case .tcp(let host, let port):
      let found = await NameLookup.addresses(of: host, port: port)
      if found.isEmpty { throw ClientError(.unreachable, "cannot reach \(self): no address for \(host)") }
      return found
    }
  }
}
