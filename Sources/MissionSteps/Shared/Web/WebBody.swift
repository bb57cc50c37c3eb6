import Formats
package import MissionModel

/// What a request carries: a text, a value as JSON, a form, or a file.
package struct WebBody: Sendable {
  private let value: JSON?
  private let file: String?
  private let form: StringMap?

  /// Reads `body`, `body_file` or `form`; at most one of them.
  package init(_ p: inout ParameterReader) {
    value = p.optional("body", .any, "What to send: a text as it is, any other value as JSON.")
    file = p.optional("body_file", .readPath, "The file to send.")
    form = p.optional("form", .stringMap, "Members of a form to send, as HTML forms are.")
    p.atMostOne(of: ["body", "body_file", "form"])
  }

  /// True if there is something to send.
  package var isGiven: Bool { value != nil || file != nil || form != nil }

  /// Puts the body into a request, with its content type unless the mission gave one.
  ///
  /// Returns the hold on the file, to be released when the answer is there.
  package func add(
    to request: inout WebRequest, _ files: Files
  ) async throws(StepFailure) -> HeldPath? {
    if let form {
      let text = form.entries.map {
        PercentEncoding.encode($0.key) + "=" + PercentEncoding.encode($0.value)
      }
      set("application/x-www-form-urlencoded", in: &request)
      request.body = .bytes(Array(text.joined(separator: "&").utf8))
    } else if let file {
      guard let status = try await files.status(file) else {
        throw StepFailure("read \(file): no such file or directory (2)")
      }
      let size = status.kind == .link ? try await files.open(file).size : status.size
      let held = try await files.hold(file, .read)
      request.body = .file(held, size: size)
      return held
    } else if case .string(let text)? = value {
      request.body = .bytes(Array(text.utf8))
    } else if let value {
      set("application/json", in: &request)
      request.body = .bytes(value.compactBytes)
    }
    return nil
  }

  private func set(_ type: String, in request: inout WebRequest) {
    guard !request.headers.contains(where: { $0.name.lowercased() == "content-type" }) else { return }
    request.headers.append(("Content-Type", type))
  }
}
