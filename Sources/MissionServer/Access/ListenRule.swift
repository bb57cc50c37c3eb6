package import Posix

/// Says which addresses may be listened on (contract §8): whoever can connect can run commands.
package enum ListenRule {
  /// Why an address is refused; nil where it may be used. `isInherited` is one that systemd opened.
  package static func refusal(
    of address: SocketAddress, hasTokens: Bool, isInherited: Bool = false
  ) -> String? {
    guard !address.isLoopback, !hasTokens else { return nil }
    let what = isInherited ? "the inherited socket \(address)" : "listen on \(address)"
    return
      "\(what): others than this host could run commands here; use a loopback address such as "
      + "127.0.0.1:7433, or set auth.tokens_file"
  }
}
