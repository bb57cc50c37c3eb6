import Formats

/// The texts of `/proc` as figures: proc(5). No I/O.
enum ProcText {
  /// Ticks that processors have spent since boot.
  struct Processors: Sendable, Equatable {
    var total: Int64
    var idle: Int64
    var count: Int

    /// Percent of the time between two samples that processors worked.
    func usage(since earlier: Processors) -> Double {
      let passed = total - earlier.total
      guard passed > 0 else { return 0 }
      return min(max(Double(passed - (idle - earlier.idle)) / Double(passed) * 100, 0), 100)
    }
  }

  /// Reads `/proc/stat`; nil where it is not as it should be.
  static func processors(_ text: String) -> Processors? {
    var result: Processors?
    var count = 0
    for line in text.split(separator: "\n") {
      let words = line.split(separator: " ")
      guard let name = words.first, name.hasPrefix("cpu") else { continue }
      if name != "cpu" {
        count += 1
        continue
      }
      // Time of guests is part of user time already: the first eight are all.
      let ticks = words.dropFirst().prefix(8).compactMap { Int64($0) }
      guard ticks.count >= 5 else { return nil }
      result = Processors(total: ticks.reduce(0, +), idle: ticks[3] + ticks[4], count: 0)
    }
    result?.count = max(count, 1)
    return result
  }

  /// Reads `/proc/loadavg`: how many ran or wanted to, over 1, 5 and 15 minutes.
  static func load(_ text: String) -> [Double] {
    text.split(separator: " ").prefix(3).compactMap { Double($0) }
  }

  /// Reads `/proc/meminfo` into bytes by name.
  static func memory(_ text: String) -> [String: Int64] {
    var result: [String: Int64] = [:]
    for line in text.split(separator: "\n") {
      let words = line.split(separator: " ")
      guard words.count >= 2, let kibibytes = Int64(words[1]) else { continue }
      result[String(words[0].dropLast())] = kibibytes * 1024
    }
    return result
  }

  /// What an interface has carried since it came up.
  struct Interface: Sendable, Equatable {
    var name: String
    var received: Int64
    var sent: Int64
    var errors: Int64
  }

  /// Reads `/proc/net/dev`.
  static func interfaces(_ text: String) -> [Interface] {
    text.split(separator: "\n").compactMap { line in
      // A name may hold a colon itself; the figures do not.
      guard let colon = line.lastIndex(of: ":") else { return nil }
      let figures = line[line.index(after: colon)...].split(separator: " ").compactMap { Int64($0) }
      guard figures.count >= 16 else { return nil }
      let name = line[..<colon].drop { $0 == " " }
      return Interface(
        name: String(name), received: figures[0], sent: figures[8], errors: figures[2] + figures[10])
    }
  }

  /// Reads a file of `/proc/pressure`: `{some: {avg10, avg60, avg300, total_us}, full: …}`.
  static func pressure(_ text: String) -> JSON {
    var result = JSONObject()
    for line in text.split(separator: "\n") {
      let words = line.split(separator: " ")
      guard let name = words.first else { continue }
      var figures = JSONObject()
      for word in words.dropFirst() {
        let pair = word.split(separator: "=")
        guard pair.count == 2 else { continue }
        if pair[0] == "total" {
          figures["total_us"] = Int64(pair[1]).map(JSON.integer) ?? .null
        } else {
          figures[String(pair[0])] = Double(pair[1]).map(JSON.double) ?? .null
        }
      }
      result[String(name)] = .object(figures)
    }
    return .object(result)
  }

  /// One process at one instant.
  struct Process: Sendable, Equatable {
    var name: String
    var state: String
    /// Ticks of work, of the process alone.
    var ticks: Int64
    var threads: Int64
  }

  /// Reads `/proc/PID/stat`; nil where it is not as it should be.
  static func process(_ text: String) -> Process? {
    // The name stands in brackets and may hold brackets and spaces itself: it ends at the last one.
    guard let open = text.firstIndex(of: "("), let close = text.lastIndex(of: ")"), open < close else {
      return nil
    }
    let fields = text[text.index(after: close)...].split(separator: " ")
    guard fields.count > 17, let user = Int64(fields[11]), let system = Int64(fields[12]),
      let threads = Int64(fields[17])
    else { return nil }
    return Process(
      name: String(text[text.index(after: open)..<close]), state: String(fields[0]), ticks: user + system,
      threads: threads)
  }

  /// The memory that a process has in RAM, from `/proc/PID/status`; 0 for a thread of the kernel.
  static func residentBytes(_ status: String) -> Int64 { memory(status.tabless)["VmRSS"] ?? 0 }
}

extension String {
  /// With blanks for tabs.
  fileprivate var tabless: String { String(map { $0 == "\t" ? " " : $0 }) }
}
