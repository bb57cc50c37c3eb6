/// Why a request cannot be served at all: it is answered with `status`, and the connection closes.
package struct Refusal: Error, Equatable, Sendable {
  /// The status of the answer.
  package let status: Status
  /// One sentence without a full stop for the answer's `detail`.
  package let detail: String

  init(_ status: Status, _ detail: String) {
    self.status = status
    self.detail = detail
  }
}
