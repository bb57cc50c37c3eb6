import Formats
package import MissionModel

/// Which statuses of an answer count as success.
package struct ExpectedStatus: Sendable, Equatable {
  private let ranges: [ClosedRange<Int>]
  private let written: JSON

  /// Every status from 200 to 299.
  package static let success = ExpectedStatus(ranges: [200...299], written: "2xx")

  /// 200 alone.
  package static let ok = ExpectedStatus(ranges: [200...200], written: 200)

  /// True for a status that is expected.
  package func holds(_ status: Int) -> Bool { ranges.contains { $0.contains(status) } }

  /// `2xx`, `201 or 204`: completes "expected".
  package var description: String {
    (written.arrayValue ?? [written]).map { $0.stringValue ?? $0.compact }.joined(separator: " or ")
  }

  private init(ranges: [ClosedRange<Int>], written: JSON) {
    self.ranges = ranges
    self.written = written
  }

  fileprivate init?(_ value: JSON) {
    var ranges: [ClosedRange<Int>] = []
    for member in value.arrayValue ?? [value] {
      if let number = member.integerValue ?? member.stringValue.flatMap({ Int64($0) }) {
        guard let status = Int(exactly: number), (100...599).contains(status) else { return nil }
        ranges.append(status...status)
      } else {
        let text = Array((member.stringValue ?? "").utf8)
        guard text.count == 3, (0x31...0x35).contains(text[0]), text[1...] == [0x78, 0x78] else { return nil }
        let hundred = Int(text[0] - 0x30) * 100
        ranges.append(hundred...hundred + 99)
      }
    }
    guard !ranges.isEmpty else { return nil }
    self.init(ranges: ranges, written: value)
  }
}

extension ParameterKind where Value == ExpectedStatus {
  /// A status, a class of them such as `2xx`, or a list of either.
  package static var expectedStatus: ParameterKind {
    let one: JSON = [
      "anyOf": [
        ["type": "integer", "minimum": 100, "maximum": 599], ["type": "string", "pattern": "^[1-5]xx$"],
      ]
    ]
    return ParameterKind(
      expectation: "a status from 100 to 599, 2xx and the like, or a list of them",
      schema: ["anyOf": [one, ["type": "array", "items": one, "minItems": 1]]], stand: .success,
      encode: { $0.json }
    ) { value, rules in
      if case .string(let text) = value, rules.isOpen(text) { return .success }
      return ExpectedStatus(value)
    }
  }
}

extension ExpectedStatus {
  /// As it was written.
  fileprivate var json: JSON { written }
}
