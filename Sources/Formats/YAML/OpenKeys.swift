/// The keys of all maps that are open at one moment, to find one that occurs twice.
///
/// Keys are ranges of the JSON that is being written; a map of more than a few keys gets a set of their
/// texts, and so does one with a key beyond ASCII, where different bytes can be equal texts to Swift.
struct OpenKeys {
  private static let scanned = 16

  private struct Map {
    let first: Int
    var texts: Set<String> = []
  }

  private var ranges: [Range<Int>] = []
  private var maps: [Map] = []

  /// Begins a map within those that are open.
  mutating func openMap() { maps.append(Map(first: ranges.count)) }

  /// Ends the innermost map.
  mutating func closeMap() {
    guard let map = maps.popLast() else { return }
    ranges.removeSubrange(map.first...)
  }

  /// Adds the key at `range` to the innermost map; false if it is there already.
  mutating func insert(_ range: Range<Int>, of json: [UInt8]) -> Bool {
    let map = maps.count - 1
    let first = maps[map].first
    let isPlain = ranges.count - first < Self.scanned && json[range].allSatisfy { $0 < 0x80 }
    if isPlain, maps[map].texts.isEmpty {
      let isKnown = json.withUnsafeBufferPointer { json in
        ranges[first...].contains { known in
          known.count == range.count && Self.areEqual(json, known.lowerBound, range.lowerBound, range.count)
        }
      }
      guard !isKnown else { return false }
    } else {
      if maps[map].texts.isEmpty {
        for known in ranges[first...] { maps[map].texts.insert(String(decoding: json[known], as: UTF8.self)) }
      }
      guard maps[map].texts.insert(String(decoding: json[range], as: UTF8.self)).inserted else {
        return false
      }
    }
    ranges.append(range)
    return true
  }

  /// Notes that the key added last stands at `start` now.
  mutating func moveLast(to start: Int) {
    guard let last = ranges.popLast() else { return }
    ranges.append(start..<start + last.count)
  }

  @inline(__always)
  private static func areEqual(_ json: UnsafeBufferPointer<UInt8>, _ left: Int, _ right: Int, _ count: Int)
    -> Bool
  {
    for offset in 0..<count where json[left + offset] != json[right + offset] { return false }
    return true
  }
}
