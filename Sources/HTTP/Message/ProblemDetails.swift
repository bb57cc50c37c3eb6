package import Formats

/// Why a request was not served, as `application/problem+json` (RFC 9457).
package struct ProblemDetails: Sendable, Equatable {
  /// A URI that names the kind of problem; `about:blank` says that the status tells it all.
  package var type = "about:blank"
  /// The kind of problem in a few words, the same for all of its kind.
  package var title: String
  /// The status of the answer.
  package var status: Status
  /// What went wrong with this request, and the way out.
  package var detail: String
  /// Each thing that is wrong, where there can be several.
  package var errors: [JSON]

  /// Describes a problem; its title is the status's phrase unless it has one of its own.
  package init(_ status: Status, _ detail: String, title: String? = nil, errors: [JSON] = []) {
    self.status = status
    self.detail = detail
    self.title = title ?? status.phrase.description
    self.errors = errors
  }

  /// The answer, with further header fields such as `Allow` or `Retry-After`.
  package func response(headers: Headers = [:]) -> Response {
    var writer = JSONWriter()
    let members: JSONObject = [
      "type": .string(type), "title": .string(title), "status": .integer(Int64(status.code)),
      "detail": .string(detail), "errors": .array(errors),
    ]
    writer.value(members)
    var response = Response(status, headers: headers, body: .bytes(writer.bytes))
    response.headers.append("Content-Type", "application/problem+json")
    return response
  }
}
