/// One page of measurements for Prometheus, in its text format 0.0.4.
///
/// Nobody registers anything and nothing here is shared: whoever counts keeps plain values, and the handler
/// of `/metrics` asks each for them and writes them down here.
package struct MetricsPage: Sendable {
  /// The media type of the text.
  package static let mediaType = "text/plain; version=0.0.4; charset=utf-8"

  /// What a value means.
  package enum Kind: String, Sendable {
    /// It only grows.
    case counter
    /// It goes up and down.
    case gauge
  }

  /// Names and values that tell the samples of a family apart.
  package typealias Labels = KeyValuePairs<String, String>

  /// The page so far.
  package private(set) var text = ""
  private var families: Set<String> = []

  /// Makes an empty page.
  package init() {}

  /// Adds a family with one sample.
  package mutating func add(_ kind: Kind, _ name: String, _ help: String, _ value: Double) {
    begin(kind.rawValue, name, help)
    sample(name, [:], value)
  }

  /// Adds a family with one sample.
  package mutating func add(_ kind: Kind, _ name: String, _ help: String, _ value: Int) {
    add(kind, name, help, Double(value))
  }

  /// Adds a family with a sample for each set of labels.
  package mutating func add(
    _ kind: Kind, _ name: String, _ help: String, _ samples: [(labels: Labels, value: Double)]
  ) {
    begin(kind.rawValue, name, help)
    for (labels, value) in samples { sample(name, labels, value) }
  }

  /// Adds a histogram, its buckets cumulative as the format has them.
  package mutating func add(_ name: String, _ help: String, _ histogram: Histogram) {
    begin("histogram", name, help)
    var total = 0
    for (bound, count) in zip(histogram.bounds, histogram.counts) {
      total += count
      sample("\(name)_bucket", ["le": Self.number(bound)], Double(total))
    }
    sample("\(name)_bucket", ["le": "+Inf"], Double(histogram.count))
    sample("\(name)_sum", [:], histogram.sum)
    sample("\(name)_count", [:], Double(histogram.count))
  }

  private mutating func begin(_ kind: String, _ name: String, _ help: String) {
    precondition(families.insert(name).inserted, "the metric \(name) is on the page twice")
    text += "# HELP \(name) \(Self.escape(help, quotes: false))\n# TYPE \(name) \(kind)\n"
  }

  private mutating func sample(_ name: String, _ labels: Labels, _ value: Double) {
    text += name
    if !labels.isEmpty {
      text +=
        "{" + labels.map { "\($0.key)=\"\(Self.escape($0.value, quotes: true))\"" }.joined(separator: ",")
        + "}"
    }
    text += " \(Self.number(value))\n"
  }

  private static func number(_ value: Double) -> String {
    if value.isNaN { return "NaN" }
    if value.isInfinite { return value > 0 ? "+Inf" : "-Inf" }
    return Int64(exactly: value).map { String($0) } ?? String(value)
  }

  private static func escape(_ text: String, quotes: Bool) -> String {
    text.unicodeScalars.reduce(into: "") { result, scalar in
      switch scalar {
      case "\\": result += "\\\\"
      case "\n": result += "\\n"
      case "\"" where quotes: result += "\\\""
      default: result.unicodeScalars.append(scalar)
      }
    }
  }
}
