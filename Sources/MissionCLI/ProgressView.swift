/// The progress of a job as text: a live region on a terminal, one line an event elsewhere. Pure.
package struct ProgressView: Sendable {
  /// What happened, with the words of the event stream.
  package struct News: Sendable, Equatable {
    package var kind: String
    package var stepID: String?
    package var attempt: Int?
    package var status: String?
    package var error: String?
    /// Milliseconds since the job was shown first.
    package var elapsed: Int64

    /// Makes a piece of news.
    package init(
      _ kind: String, stepID: String? = nil, attempt: Int? = nil, status: String? = nil, error: String? = nil,
      elapsed: Int64
    ) {
      self.kind = kind
      self.stepID = stepID
      self.attempt = attempt
      self.status = status
      self.error = error
      self.elapsed = elapsed
    }
  }

  private let isLive: Bool
  private let usesColor: Bool
  private let width: Int
  private let total: Int
  private var running: [(id: String, since: Int64, note: String)] = []
  private var counts: [String: Int] = [:]
  /// Lines of the live region that stand on the terminal.
  private var shown = 0
  /// Most running steps that are listed; more are counted.
  private static let longestList = 8

  /// Shows a job of `total` steps; 0 where the number is not known.
  package init(total: Int, isLive: Bool, usesColor: Bool, width: Int) {
    self.total = total
    self.isLive = isLive
    self.usesColor = usesColor
    self.width = max(20, width)
  }

  /// Takes a piece of news and returns what to write.
  package mutating func take(_ news: News) -> String {
    let line = apply(news)
    guard isLive else { return line.map { $0 + "\n" } ?? "" }
    let isOver = news.kind == "job.finished"
    return erase() + (line.map { $0 + "\n" } ?? "") + (isOver ? "" : draw(news.elapsed))
  }

  /// Draws the live region again as time goes by.
  package mutating func tick(elapsed: Int64) -> String { isLive ? erase() + draw(elapsed) : "" }

  /// Updates the counts; the line is what stays on the screen.
  private mutating func apply(_ news: News) -> String? {
    let id = Shown.value(news.stepID ?? "")
    switch news.kind {
    case "step.started":
      running.removeAll { $0.id == id }
      running.append((id, news.elapsed, (news.attempt ?? 1) > 1 ? "attempt \(news.attempt ?? 1)" : ""))
      return isLive
        ? nil
        : "\(clock(news.elapsed)) \(id) started"
          + ((news.attempt ?? 1) > 1 ? ", attempt \(news.attempt ?? 1)" : "")
    case "step.retrying":
      running.removeAll { $0.id == id }
      running.append((id, news.elapsed, "waits for its next attempt"))
      return "\(clock(news.elapsed)) \(id) is to be tried again: \(Shown.value(news.error ?? "failed"))"
    case "step.finished":
      let since = running.first { $0.id == id }?.since
      running.removeAll { $0.id == id }
      counts[news.status ?? "", default: 0] += 1
      return finished(id, news, since)
    case "job.finished":
      let status = news.status ?? "over"
      // A cancelled job's error is that it was cancelled.
      let error = news.error == status ? nil : news.error
      return "\(clock(news.elapsed)) job \(paint(status, status))"
        + (error.map { ": \(Shown.value($0))" } ?? "")
    default: return nil
    }
  }

  private func finished(_ id: String, _ news: News, _ since: Int64?) -> String {
    let status = news.status ?? ""
    let took = since.map { "  " + Shown.duration(milliseconds: max(0, news.elapsed - $0)) } ?? ""
    let error = news.error.map { ": \(Shown.value($0))" } ?? ""
    if isLive {
      return "\(paint(JobText.sign(status), status)) \(id)"
        + (status == "success" ? took : "  \(status)\(took)\(error)")
    }
    return "\(clock(news.elapsed)) \(id) \(status)\(took)\(error)"
  }

  private mutating func draw(_ elapsed: Int64) -> String {
    var lines = running.prefix(Self.longestList).map { step in
      "▶ \(step.id)  \(Shown.duration(milliseconds: max(0, elapsed - step.since)))"
        + (step.note.isEmpty ? "" : "  \(step.note)")
    }
    if running.count > Self.longestList { lines.append("  and \(running.count - Self.longestList) more") }
    let done = counts.values.reduce(0, +)
    var summary =
      "\(done)" + (total > 0 ? "/\(total)" : "") + " steps, \(Shown.duration(milliseconds: elapsed))"
    for status in ["failed", "skipped", "cancelled"] {
      if let count = counts[status] { summary += ", \(count) \(status)" }
    }
    lines.append(summary)
    shown = lines.count
    // A line that wraps would be two lines to erase.
    return lines.map { String($0.prefix(width - 1)) + "\n" }.joined()
  }

  /// Moves to the beginning of the live region and clears to the end of the screen (ECMA-48 CPL, ED).
  private mutating func erase() -> String {
    defer { shown = 0 }
    return shown == 0 ? "" : "\u{1B}[\(shown)F\u{1B}[J"
  }

  private func clock(_ elapsed: Int64) -> String {
    let seconds = elapsed / 1000
    let tenths = elapsed % 1000 / 100
    return "[\(String(repeating: " ", count: max(0, 4 - String(seconds).count)))\(seconds).\(tenths)]"
  }

  private func paint(_ text: String, _ status: String) -> String {
    guard usesColor else { return text }
    let color =
      switch status {
      case "success", "completed": "32"
      case "failed": "31"
      case "skipped", "cancelled": "33"
      default: "36"
      }
    return "\u{1B}[\(color)m\(text)\u{1B}[0m"
  }
}
