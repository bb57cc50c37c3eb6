import Formats
import MissionModel

/// Whether a request that was refused for now is sent again, and after how long. Pure.
struct ModelRetry: Sendable {
  /// Tries of one request, the first included.
  static let mostTries = 6
  /// Waits where the provider names none: 1, 2, 4 … seconds.
  private static let firstWait = Duration.seconds(1)
  private static let longestWait = Duration.seconds(30)

  /// The wait before the try after number `tries`; nil where the failure stands.
  ///
  /// - Parameter left: what is left until the deadline; nil where there is none.
  static func wait(
    afterTry tries: Int, status: Int, headers: [(name: String, value: String)], now: Timestamp,
    left: Duration?
  ) -> Duration? {
    guard status == 408 || status == 429 || (500...599).contains(status), status != 501, tries < mostTries
    else { return nil }
    let wait = asked(headers, now) ?? min(firstWait * (1 << (tries - 1)), longestWait)
    if let left, wait >= left { return nil }
    return wait
  }

  /// What `Retry-After` says, in seconds or as a date (RFC 9110 §10.2.3), or `retry-after-ms`.
  static func asked(_ headers: [(name: String, value: String)], _ now: Timestamp) -> Duration? {
    func field(_ name: String) -> String? { headers.first { $0.name.lowercased() == name }?.value }
    if let text = field("retry-after-ms"), let milliseconds = Double(text), (0...1e9).contains(milliseconds) {
      return .milliseconds(Int64(milliseconds))
    }
    guard let text = field("retry-after") else { return nil }
    if let seconds = Double(text), (0...1e6).contains(seconds) { return .milliseconds(Int64(seconds * 1000)) }
    guard let date = HTTPDate.parse(text) else { return nil }
    return max(.zero, .milliseconds(date.milliseconds - now.milliseconds))
  }
}
