/// What a `Range` field asks for of content with a known size (RFC 9110 §14).
package enum ByteRange: Sendable, Equatable {
  /// There is no range, or one that is to be ignored: answer 200 with everything.
  case whole
  /// Answer 206 with these bytes.
  case part(Range<Int>)
  /// Nothing of what was asked for exists: answer 416.
  case unsatisfiable

  /// Reads the field's value. Several ranges, other units and malformed ones are ignored, as a server may.
  package init(_ field: String?, size: Int) {
    guard let field, let equals = field.firstIndex(of: "="),
      field[..<equals].equalsIgnoringCase("bytes")
    else {
      self = .whole
      return
    }
    let ends = field[field.index(after: equals)...].split(separator: "-", omittingEmptySubsequences: false)
    guard ends.count == 2, !ends[1].contains(",") else {
      self = .whole
      return
    }
    self.init(first: ends[0].trimmingBlanks, last: ends[1].trimmingBlanks, size: size)
  }

  private init(first: Substring, last: Substring, size: Int) {
    // A number of any length is one; beyond what can be counted it is past every end.
    let numbers = [first, last].map { text in text.utf8.allSatisfy(\.isDigit) ? Int(text) ?? .max : nil }
    switch (first.isEmpty, last.isEmpty, numbers[0], numbers[1]) {
    case (true, false, _, let suffix?):
      self = suffix == 0 || size == 0 ? .unsatisfiable : .part(max(0, size - suffix)..<size)
    case (false, true, let start?, _):
      self = start < size ? .part(start..<size) : .unsatisfiable
    case (false, false, let start?, let end?) where start <= end:
      self = start < size ? .part(start..<min(end, size - 1) + 1) : .unsatisfiable
    default:
      self = .whole
    }
  }
}

extension Response {
  /// Answers a GET with a file, or with the part that the request's `Range` asks for: 200, 206 or 416.
  ///
  /// `tag` is the file's entity tag with its quotes, if it has one: an `If-Range` with another tag gets it
  /// all.
  package static func file(
    _ piece: FilePiece, type: String, tag: String? = nil, for request: Request
  ) -> Response {
    var headers: Headers = ["Content-Type": type, "Accept-Ranges": "bytes"]
    if let tag { headers.append("ETag", tag) }
    let condition = request.headers["If-Range"]
    let field = condition == nil || condition == tag ? request.headers["Range"] : nil
    switch ByteRange(field, size: piece.count) {
    case .whole:
      return Response(200, headers: headers, body: .file(piece))
    case .part(let range):
      headers.append("Content-Range", "bytes \(range.lowerBound)-\(range.upperBound - 1)/\(piece.count)")
      let part = FilePiece(piece.file, offset: piece.offset + range.lowerBound, count: range.count)
      return Response(206, headers: headers, body: .file(part))
    case .unsatisfiable:
      return .unsatisfiable(size: piece.count)
    }
  }

  /// 416 for a range of content with `size` bytes that begins where it has ended.
  package static func unsatisfiable(size: Int) -> Response {
    ProblemDetails(416, "nothing of the range lies within the \(size) bytes that there are")
      .response(headers: ["Content-Range": "bytes */\(size)"])
  }
}
