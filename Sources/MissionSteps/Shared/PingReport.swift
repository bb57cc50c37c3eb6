/// What the program `ping` of iputils or BusyBox wrote, with `-n` and in the C locale.
struct PingReport: Equatable {
  /// The address that was asked.
  private(set) var address: String?
  /// Milliseconds of each answer by its sequence, from 1.
  private(set) var times: [Int: Double] = [:]

  init(_ text: String) {
    for line in text.split(separator: "\n") {
      if line.hasPrefix("PING "), let open = line.firstIndex(of: "("),
        let close = line[open...].firstIndex(of: ")")
      {
        address = String(line[line.index(after: open)..<close])
      }
      let words = line.split(separator: " ")
      guard let sequence = Self.value("icmp_seq=", in: words) ?? Self.value("seq=", in: words),
        let time = Self.value("time=", in: words)
      else { continue }
      // BusyBox counts from 0; what comes twice is a duplicate.
      let number = Int(sequence) + (line.contains("icmp_seq=") ? 0 : 1)
      if times[number] == nil { times[number] = time }
    }
  }

  private static func value(_ key: String, in words: [Substring]) -> Double? {
    words.first { $0.hasPrefix(key) }.flatMap { Double($0.dropFirst(key.count)) }
  }
}
