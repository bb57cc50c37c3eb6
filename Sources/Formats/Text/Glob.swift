/// Why a pattern is not a glob.
package struct GlobError: Error, Hashable, Sendable, CustomStringConvertible {
  /// What is wrong: `the bracket at character 3 is never closed`.
  package let description: String

  /// Makes the error that says `description`.
  package init(description: String) { self.description = description }
}

/// A file name pattern: `*` and `?` within a name, `[a-z]` and `[!a-z]`, `**` for any number of directories.
///
/// A backslash takes the next character as it is. Time is at worst the product of both lengths: nothing is
/// tried over and over. It looks at text only, never at files.
package struct Glob: Sendable, Hashable {
  private enum Token: Sendable, Hashable {
    case character(Unicode.Scalar)
    case any
    case run
    case set([ClosedRange<Unicode.Scalar>], isNegated: Bool)
  }

  private enum Segment: Sendable, Hashable {
    case directories
    case name([Token])
  }

  /// The pattern as written.
  package let pattern: String
  private let segments: [Segment]
  private let matchesHidden: Bool

  /// Compiles `pattern`; with `matchesHidden: false` only a written dot matches the dot that begins a name.
  package init(_ pattern: String, matchesHidden: Bool = true) throws(GlobError) {
    self.pattern = pattern
    self.matchesHidden = matchesHidden
    var segments: [Segment] = []
    var column = 0
    for part in pattern.split(separator: "/", omittingEmptySubsequences: false) {
      let scalars = Array(part.unicodeScalars)
      if scalars == ["*", "*"] {
        if segments.last != .directories { segments.append(.directories) }
      } else {
        segments.append(.name(try Self.tokens(scalars, column: column)))
      }
      column += scalars.count + 1
    }
    self.segments = segments
  }

  /// Whether `path`, with `/` between its names, is one that the pattern describes.
  package func matches(_ path: String) -> Bool {
    let names = path.split(separator: "/", omittingEmptySubsequences: false).map { Array($0.unicodeScalars) }
    var segment = 0
    var name = 0
    var restart: (segment: Int, name: Int)?
    while name < names.count {
      if segment < segments.count {
        switch segments[segment] {
        case .directories:
          restart = (segment, name)
          segment += 1
          continue
        case .name(let tokens) where matches(names[name], tokens):
          segment += 1
          name += 1
          continue
        case .name: break
        }
      }
      // `**` takes one more name, if it may; an earlier `**` could not do better than the last one.
      guard let (from, taken) = restart, matchesHidden || names[taken].first != "." else { return false }
      restart = (from, taken + 1)
      segment = from + 1
      name = taken + 1
    }
    return segments[segment...].allSatisfy { $0 == .directories }
  }

  private func matches(_ name: [Unicode.Scalar], _ tokens: [Token]) -> Bool {
    if !matchesHidden, name.first == ".", tokens.first != .character(".") { return false }
    var token = 0
    var index = 0
    var restart: (token: Int, index: Int)?
    while index < name.count {
      if token < tokens.count {
        if tokens[token] == .run {
          restart = (token, index)
          token += 1
          continue
        }
        if Self.matches(name[index], tokens[token]) {
          token += 1
          index += 1
          continue
        }
      }
      guard let (from, taken) = restart else { return false }
      restart = (from, taken + 1)
      token = from + 1
      index = taken + 1
    }
    return tokens[token...].allSatisfy { $0 == .run }
  }

  private static func matches(_ scalar: Unicode.Scalar, _ token: Token) -> Bool {
    switch token {
    case .character(let wanted): scalar == wanted
    case .any, .run: true
    case .set(let ranges, let isNegated): ranges.contains { $0.contains(scalar) } != isNegated
    }
  }

  private static func tokens(_ scalars: [Unicode.Scalar], column: Int) throws(GlobError) -> [Token] {
    var tokens: [Token] = []
    var index = 0
    while index < scalars.count {
      switch scalars[index] {
      case "*":
        if tokens.last != .run { tokens.append(.run) }
      case "?": tokens.append(.any)
      case "[":
        guard let (set, end) = set(scalars, at: index) else {
          throw GlobError(description: "the bracket at character \(column + index + 1) is never closed")
        }
        tokens.append(set)
        index = end
      case "\\" where index + 1 < scalars.count:
        index += 1
        tokens.append(.character(scalars[index]))
      case let scalar: tokens.append(.character(scalar))
      }
      index += 1
    }
    return tokens
  }

  /// The bracket expression at `start`, and the index of its `]`; one right after `[` or `[!` is a member.
  private static func set(_ scalars: [Unicode.Scalar], at start: Int) -> (Token, Int)? {
    var index = start + 1
    var isNegated = false
    if index < scalars.count, scalars[index] == "!" || scalars[index] == "^" {
      isNegated = true
      index += 1
    }
    var ranges: [ClosedRange<Unicode.Scalar>] = []
    let first = index
    while index < scalars.count {
      if scalars[index] == "]", index > first { return (.set(ranges, isNegated: isNegated), index) }
      if index + 2 < scalars.count, scalars[index + 1] == "-", scalars[index + 2] != "]" {
        let low = scalars[index]
        let high = scalars[index + 2]
        if low <= high { ranges.append(low...high) }
        index += 3
      } else {
        ranges.append(scalars[index]...scalars[index])
        index += 1
      }
    }
    return nil
  }
}
