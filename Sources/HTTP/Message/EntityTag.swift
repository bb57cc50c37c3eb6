/// Comparison of entity tags (RFC 9110 §8.8.3, §13.1.2).
package enum EntityTag {
  /// True if `field`, the value of `If-None-Match`, lists `tag` or is `*`: the client has what it asks for.
  ///
  /// `tag` is strong and has its quotes. Tags are compared weakly, as §13.1.2 asks.
  package static func isListed(_ tag: String, in field: String?) -> Bool {
    guard let field else { return false }
    if field == tag || field == "*" { return true }
    // A tag may contain commas, so that the list is read quote by quote.
    var rest = field[...]
    while let open = rest.firstIndex(of: "\"") {
      guard let close = rest[rest.index(after: open)...].firstIndex(of: "\"") else { return false }
      if rest[open...close] == tag { return true }
      rest = rest[rest.index(after: close)...]
    }
    return false
  }
}

extension Request {
  /// True if `If-None-Match` lists `tag`: the answer is then 304.
  package func hasCurrent(_ tag: String) -> Bool {
    headers.count > 1 && EntityTag.isListed(tag, in: headers["If-None-Match"])
  }
}
