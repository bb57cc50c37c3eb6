import CYaml

/// The events of a YAML text, one after the other, as libyaml finds them.
///
/// It borrows the text, and the current event's strings live until the next one is asked for. libyaml
/// itself keeps a few buffers only: it neither resolves aliases nor descends by recursion, so hostile
/// nesting costs nothing here.
struct YAMLEvents: ~Copyable {
  private let parser: UnsafeMutablePointer<yaml_parser_t>
  private let event: UnsafeMutablePointer<yaml_event_t>
  private let source: UnsafeBufferPointer<UInt8>
  private let textStart: Int
  private var hasEvent = false

  init(_ source: UnsafeBufferPointer<UInt8>) {
    self.source = source
    textStart = source.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
    parser = .allocate(capacity: 1)
    event = .allocate(capacity: 1)
    precondition(yaml_parser_initialize(parser) == 1, "libyaml could not allocate its buffers")
    // Without this a byte order mark would choose UTF-16; the text has to be UTF-8.
    yaml_parser_set_encoding(parser, YAML_UTF8_ENCODING)
    if let base = source.baseAddress {
      yaml_parser_set_input_string(parser, base + textStart, source.count - textStart)
    } else {
      yaml_parser_set_input_string(parser, [], 0)
    }
  }

  deinit {
    if hasEvent { yaml_event_delete(event) }
    yaml_parser_delete(parser)
    parser.deallocate()
    event.deallocate()
  }

  /// The event that `next` found last.
  var current: UnsafeMutablePointer<yaml_event_t> { event }

  /// Finds the next event and says of which type it is.
  @inline(__always)
  mutating func next() throws(YAMLError) -> yaml_event_type_t {
    if hasEvent {
      yaml_event_delete(event)
      hasEvent = false
    }
    guard yaml_parser_parse(parser, event) == 1 else { throw failure() }
    hasEvent = true
    return event.pointee.type
  }

  /// Where the current event begins.
  var position: TextPosition { Self.position(event.pointee.start_mark) }

  private static func position(_ mark: yaml_mark_t) -> TextPosition {
    TextPosition(line: mark.line + 1, column: mark.column + 1)
  }

  /// What libyaml says of the text, in the words of this program where they are clearer.
  private func failure() -> YAMLError {
    let problem = parser.pointee.problem.map { String(cString: $0) } ?? "not valid YAML"
    if parser.pointee.error == YAML_READER_ERROR {
      let offset = min(textStart + parser.pointee.problem_offset, source.count)
      return YAMLError(readerMessage(problem, at: offset), at: TextPosition(of: offset, in: source))
    }
    if parser.pointee.error == YAML_MEMORY_ERROR {
      return YAMLError("there is no memory left to read the text", at: TextPosition(line: 1, column: 1))
    }
    let mark = parser.pointee.problem_mark
    if problem == "found character that cannot start any token", byte(at: mark) == UInt8(ascii: "\t") {
      return YAMLError("a tab cannot indent YAML: use blanks", at: Self.position(mark))
    }
    guard let context = parser.pointee.context else { return YAMLError(problem, at: Self.position(mark)) }
    let from = parser.pointee.context_mark
    let place = from.line == mark.line ? "" : " that begins in line \(from.line + 1)"
    return YAMLError("\(problem) \(String(cString: context))\(place)", at: Self.position(mark))
  }

  private func readerMessage(_ problem: String, at offset: Int) -> String {
    guard problem == "control characters are not allowed" else { return "the text is not valid UTF-8" }
    if offset < source.count, source[offset] == 0 { return "YAML cannot contain NUL bytes" }
    return "YAML cannot contain control characters as they are: use \"\\xNN\" in double quotes"
  }

  private func byte(at mark: yaml_mark_t) -> UInt8? {
    var line = 0
    var index = textStart
    while line < mark.line, index < source.count {
      if source[index] == UInt8(ascii: "\n") { line += 1 }
      index += 1
    }
    index += mark.column  // right while the line is ASCII up to here, as an indentation is
    return index < source.count ? source[index] : nil
  }
}
