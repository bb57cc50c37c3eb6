/// What people write around the name of a host that belongs into parameters of its own.
enum PartsOfHost {
  /// The way out where a text holds more than a name or an address; nil where it does not.
  static func hint(_ host: String) -> String? {
    if host.contains(where: { "/?#".contains($0) }) { return "give its name or address alone" }
    if host.contains("@") { return "give the user as username" }
    // An address of IPv6 has two colons at least, or brackets.
    let isPort = !host.hasPrefix("[") && host.utf8.count { $0 == UInt8(ascii: ":") } == 1
    return isPort || host.contains("]:") ? "give the port as port" : nil
  }
}
