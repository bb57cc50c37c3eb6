package import Formats

/// How much a line of the log matters, and to whom.
package enum LogLevel: Int, Sendable, Comparable, CaseIterable {
  /// The story of a request or a step, for whoever looks into it.
  case debug
  /// What the service does.
  case info
  /// What an operator should know once.
  case notice
  /// Something looks wrong, and work goes on.
  case warning
  /// Somebody must act.
  case error

  package static func < (left: LogLevel, right: LogLevel) -> Bool { left.rawValue < right.rawValue }

  /// The name as configuration and JSON lines write it.
  package var name: String {
    switch self {
    case .debug: "debug"
    case .info: "info"
    case .notice: "notice"
    case .warning: "warning"
    case .error: "error"
    }
  }

  /// The level with this name; nil where there is none.
  package init?(name: String) {
    guard let level = Self.allCases.first(where: { $0.name == name }) else { return nil }
    self = level
  }

  /// The priority that journald reads from the front of a line (`sd-daemon(3)`).
  var priority: Int {
    switch self {
    case .debug: 7
    case .info: 6
    case .notice: 5
    case .warning: 4
    case .error: 3
    }
  }
}

/// Writes lines about what happens: a constant text, and what varies as metadata.
///
/// A line is handed over whole, so that lines of several threads never mix when the sink is one `write(2)`.
package struct Logger: Sendable {
  /// How a line looks.
  package enum Format: Sendable, Equatable {
    /// Time, level, text and `key=value`, for people.
    case text
    /// `<N>` for journald, which adds the time itself, then text and `key=value`.
    case journal
    /// One JSON object.
    case json
  }

  /// What varies: names and values, in order.
  package typealias Metadata = KeyValuePairs<String, String>

  /// Lines below it are not made.
  package let level: LogLevel
  private let format: Format
  private let now: @Sendable () -> Timestamp
  private let sink: @Sendable ([UInt8]) -> Void
  private var attached: [(key: String, value: String)] = []

  /// Makes a logger.
  ///
  /// - Parameters:
  ///   - level: the least that is written.
  ///   - format: how a line looks.
  ///   - now: the clock.
  ///   - sink: takes one line with its line end, from any thread.
  package init(
    level: LogLevel = .info, format: Format, now: @escaping @Sendable () -> Timestamp,
    sink: @escaping @Sendable ([UInt8]) -> Void
  ) {
    self.level = level
    self.format = format
    self.now = now
    self.sink = sink
  }

  /// A logger that writes nothing, for tests and tools.
  package static let silent = Logger(
    level: .error, format: .text, now: { Timestamp(milliseconds: 0) }, sink: { _ in })

  /// The same logger with `metadata` on each of its lines, such as the job's id.
  package func with(_ metadata: Metadata) -> Logger {
    var copy = self
    for (key, value) in metadata { copy.attached.append((key, value)) }
    return copy
  }

  /// Writes a line of debugging.
  package func debug(_ text: StaticString, _ metadata: Metadata = [:]) { log(.debug, text, metadata) }
  /// Writes a line of information.
  package func info(_ text: StaticString, _ metadata: Metadata = [:]) { log(.info, text, metadata) }
  /// Writes a line that an operator should see once.
  package func notice(_ text: StaticString, _ metadata: Metadata = [:]) { log(.notice, text, metadata) }
  /// Writes a line about something that looks wrong.
  package func warning(_ text: StaticString, _ metadata: Metadata = [:]) { log(.warning, text, metadata) }
  /// Writes a line about something that somebody must act on.
  package func error(_ text: StaticString, _ metadata: Metadata = [:]) { log(.error, text, metadata) }

  /// Writes a line if its level is high enough.
  package func log(_ level: LogLevel, _ text: StaticString, _ metadata: Metadata = [:]) {
    guard level >= self.level else { return }
    let pairs = attached + metadata.map { ($0.key, $0.value) }
    sink(LogLine(level: level, text: text.description, pairs: pairs, at: now()).bytes(format))
  }
}
