package import Posix

/// Says which addresses may be listened on (contract §8): whoever can connect can run commands.
package enum ListenRule {
  /// Reads an address of the setting `listen` that may be used.
  ///
  /// - Throws: why it is none.
  package static func address(_ text: String, hasTokens: Bool) throws(StartError) -> SocketAddress {
    guard let address = SocketAddress(text), !text.hasPrefix("/"), !text.hasPrefix("unix:") else {
      throw StartError("listen on \"\(text)\": no address; write it as 127.0.0.1:7433 or [::1]:7433")
    }
    if let refusal = refusal(of: address, hasTokens: hasTokens) { throw StartError(refusal) }
    return address
  }

  /// Where the Unix socket is unless the configuration says so: the daemon takes the first of these that it
  /// can, and its clients look there.
  package static func socketPlaces(_ environment: [String: String]) -> [String] {
    let runtime = environment["XDG_RUNTIME_DIR"].map { $0.hasPrefix("/") ? [$0 + "/missiond.sock"] : [] }
    return ["/run/missiond/missiond.sock"] + (runtime ?? [])
  }

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
