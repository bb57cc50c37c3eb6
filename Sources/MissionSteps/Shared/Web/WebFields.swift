package import MissionModel

/// Header fields that a mission gives.
package enum WebFields {
  /// Fields that the client sets itself, since they say where a message ends.
  private static let reserved: Set<String> = ["content-length", "transfer-encoding", "connection", "expect"]

  /// What is wrong with a field; nil for a good one: RFC 9110 §5.
  package static func problem(_ name: String, _ value: String) -> String? {
    guard !name.isEmpty, name.utf8.allSatisfy(isToken) else { return "\"\(name)\" cannot name a header" }
    if reserved.contains(name.lowercased()) { return "\(name) is set by the client itself" }
    let isLine = !value.unicodeScalars.contains { $0.value < 0x20 && $0 != "\t" || $0.value == 0x7F }
    return isLine ? nil : "the value of \(name) holds a control character"
  }

  /// True for a character of a method or a field name: RFC 9110 §5.6.2.
  package static func isToken(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
    default: Array("!#$%&'*+-.^_`|~".utf8).contains(byte)
    }
  }

  /// Reads `headers`, and reports what cannot be sent.
  package static func read(_ p: inout ParameterReader) -> [(name: String, value: String)] {
    let map = p.optional("headers", .stringMap, default: StringMap(), "Header fields to send.")
    for (name, value) in map.entries {
      if let problem = problem(name, value) { p.problem(at: "headers", problem) }
    }
    return map.entries.map { (name: $0.key, value: $0.value) }
  }
}
