import Formats
import HTTP
import MissionModel

/// Why a request was not done: the problem details and header fields that go with it.
struct APIError: Error {
  let details: ProblemDetails
  var headers: Headers = [:]

  /// Describes a problem.
  init(_ status: Status, _ detail: String, errors: [JSON] = [], headers: Headers = [:]) {
    details = ProblemDetails(status, detail, errors: errors)
    self.headers = headers
  }

  /// 400 with everything that is wrong with a document; 403 where only the policy says no.
  init(_ error: ValidationError) {
    let errors = error.problems.filter { $0.severity == .error }
    let count = errors.count == 1 ? "one problem" : "\(errors.count) problems"
    var detail = "the mission has \(count)"
    if let first = errors.first {
      detail += ": \([first.pointer, first.message].filter { !$0.isEmpty }.joined(separator: ": "))"
    }
    let isDenied = !errors.isEmpty && errors.allSatisfy(\.isDenial)
    if isDenied {
      detail = errors.count == 1 ? "the policy says no" : "the policy says no in \(errors.count) places"
      if let first = errors.first { detail += ": \(first.pointer): \(first.message)" }
    }
    self.init(isDenied ? 403 : 400, detail, errors: errors.map(ValidationShape.problem))
  }

  /// 503 where the same request may succeed later, else 500.
  init(_ error: StoreError) {
    switch error.kind {
    case .unavailable: self.init(503, error.message, headers: ["Retry-After": "1"])
    case .refused: self.init(500, error.message)
    }
  }

  static func unknownJob(_ text: String) -> APIError {
    APIError(404, "there is no mission \(text); GET /missions lists those there are")
  }

  var response: Response { details.response(headers: headers) }
}
