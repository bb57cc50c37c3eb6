import Formats
import HTTP
import MissionModel

// What requests say in their query and header fields, checked.
extension Request {
  /// The longest that an answer is held back, in seconds.
  static let longestWait = 300

  /// Seconds that the client is willing to wait: `?wait=N`, else `Prefer: wait=N` (RFC 7240); nil where none.
  ///
  /// What `Prefer` asks beyond the limit is cut, since a preference may be ignored; the query is not.
  func wait(_ query: Query) throws(APIError) -> Int? {
    if let text = query["wait"] {
      guard let seconds = Int(text), (0...Self.longestWait).contains(seconds) else {
        throw APIError(400, "wait must be whole seconds from 0 to \(Self.longestWait), not \"\(text)\"")
      }
      return seconds
    }
    guard headers.contains("Prefer") else { return nil }
    for preference in headers.values("Prefer").flatMap({ $0.split(separator: ",") }) {
      let parts = preference.split(separator: ";")[0].split(separator: "=", maxSplits: 1)
      guard parts.count == 2, parts[0].trimmingSpaces.lowercased() == "wait" else { continue }
      return Int(parts[1].trimmingSpaces).map { min(max($0, 0), Self.longestWait) }
    }
    return nil
  }

  /// The job that the path names.
  func jobID() throws(APIError) -> JobID {
    let text = parameters["id"]
    guard let id = JobID(text) else { throw .unknownJob("\"\(text.prefix(80))\"") }
    return id
  }

  /// The query, which may hold these names and those that begin with one of `prefixes`.
  func checkedQuery(_ names: [String], prefixes: [String] = []) throws(APIError) -> Query {
    guard hasQuery else { return Query("") }
    let query = self.query
    for item in query.items where !names.contains(item.name) {
      if prefixes.contains(where: { item.name.hasPrefix($0) && item.name != $0 }) { continue }
      let closest = EditDistance.closest(to: item.name, among: names)
      let known = (names + prefixes.map { $0 + "NAME" }).joined(separator: ", ")
      let all = known.isEmpty ? "leave the query out" : "known are \(known)"
      let hint = closest.map { "did you mean \"\($0)\"?" } ?? all
      throw APIError(400, "\"\(item.name)\" is nothing that can be asked for here; \(hint)")
    }
    return query
  }

  /// The language of the content by its `Content-Type`; nil where it is to be found out.
  func documentFormat() throws(APIError) -> DocumentFormat? {
    // Packed content would be told as text with mistakes in it (RFC 9110 §8.4).
    if let coding = headers["Content-Encoding"], coding.lowercased() != "identity" {
      throw APIError(
        415, "content in the coding \"\(coding)\" is not unpacked here; send it as it is",
        headers: ["Accept-Encoding": "identity"])
    }
    guard let field = headers["Content-Type"] else { return nil }
    let type = field.prefix { $0 != ";" }.trimmingSpaces.lowercased()
    switch type {
    case "application/json": return .json
    case "application/yaml", "text/yaml", "application/x-yaml", "text/x-yaml": return .yaml
    // What curl sends with --data where nothing else is said.
    case "application/x-www-form-urlencoded", "": return nil
    default:
      throw APIError(
        415, "\"\(type)\" is no language of missions; send application/json or application/yaml",
        headers: ["Accept": "application/json, application/yaml"])
    }
  }

  /// The idempotency key, bare or quoted; nil where there is none.
  func idempotencyKey() throws(APIError) -> String? {
    guard let field = headers["Idempotency-Key"] else { return nil }
    var key = field
    if key.count >= 2, key.hasPrefix("\""), key.hasSuffix("\"") { key = String(key.dropFirst().dropLast()) }
    guard (1...255).contains(key.count) else {
      throw APIError(400, "Idempotency-Key must have 1 to 255 characters, not \(key.count)")
    }
    return key
  }

  /// How much of a job is asked for.
  func detail(_ query: Query) throws(APIError) -> JobDetail {
    guard let text = query["include"] else { return .outputs }
    guard let detail = JobDetail(rawValue: text) else {
      throw APIError(400, "include must be summary, steps or outputs, not \"\(text)\"")
    }
    return detail
  }
}

extension Query {
  /// A flag: present, and neither `0` nor `false`.
  func isSet(_ name: String) -> Bool {
    guard let value = self[name] else { return false }
    return value != "0" && value != "false"
  }

  /// A whole number within bounds; nil where the name is missing.
  func integer(_ name: String, _ range: ClosedRange<Int>) throws(APIError) -> Int? {
    guard let text = self[name] else { return nil }
    guard let number = Int(text), range.contains(number) else {
      throw APIError(
        400, "\(name) must be a whole number from \(range.lowerBound) to \(range.upperBound), not \"\(text)\""
      )
    }
    return number
  }
}
