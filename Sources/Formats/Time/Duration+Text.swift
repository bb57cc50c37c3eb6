extension Duration {
  /// The duration as people read it, two units at most: `340 ms`, `1.2 s`, `2 min 3 s`, `1 h 4 min`, `3 d 2
  /// h`.
  package var described: String {
    let milliseconds = inMilliseconds
    if milliseconds < 0 { return "-" + (.zero - self).described }
    let seconds = milliseconds / 1000
    switch seconds {
    case 0: return "\(milliseconds) ms"
    case ..<60:
      let tenths = milliseconds % 1000 / 100
      return tenths == 0 ? "\(seconds) s" : "\(seconds).\(tenths) s"
    case ..<3600: return Self.join(seconds / 60, "min", seconds % 60, "s")
    case ..<86400: return Self.join(seconds / 3600, "h", seconds % 3600 / 60, "min")
    default: return Self.join(seconds / 86400, "d", seconds % 86400 / 3600, "h")
    }
  }

  private static func join(_ large: Int64, _ unit: String, _ small: Int64, _ smallUnit: String) -> String {
    small == 0 ? "\(large) \(unit)" : "\(large) \(unit) \(small) \(smallUnit)"
  }
}
