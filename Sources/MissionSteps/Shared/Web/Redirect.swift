package import MissionModel

/// How a request goes on where an answer sends it elsewhere: RFC 9110 §15.4.
package enum Redirect {
  /// Fields that may be told to a server that the mission did not name: none that could be a credential.
  private static let harmless: Set<String> = [
    "accept", "accept-encoding", "accept-language", "cache-control", "content-language", "content-type",
    "if-match", "if-modified-since", "if-none-match", "if-unmodified-since", "pragma", "range", "user-agent",
  ]

  /// The request that an answer asks for; nil where it asks for none.
  ///
  /// Goes to http and https only. To another server no credentials go, and no field that might be one.
  /// - Throws: a failure where the place cannot be gone to.
  package static func next(
    of request: WebRequest, after answer: WebAnswer
  ) throws(StepFailure) -> WebRequest? {
    guard [301, 302, 303, 307, 308].contains(answer.status), let place = answer.redirect else { return nil }
    let url: WebAddress
    do throws(StepFailure) { url = try WebAddress(place) } catch {
      throw StepFailure("\(request.title): the redirect's address \(error.message)")
    }
    var next = request
    next.url = url
    let keepsMethod = answer.status == 307 || answer.status == 308
    if answer.status == 303 && request.method != "HEAD" || !keepsMethod && request.method == "POST" {
      next.method = "GET"
      next.body = nil
      next.headers.removeAll { $0.name.lowercased().hasPrefix("content-") }
    }
    if !url.isSameServer(as: request.url) {
      next.user = nil
      next.headers.removeAll { !harmless.contains($0.name.lowercased()) }
    }
    return next
  }
}
