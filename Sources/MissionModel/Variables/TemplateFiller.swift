package import Formats

/// Fills the placeholders of a step's parameters. Values put in are never scanned again.
package struct TemplateFiller {
  private let scope: VariableScope
  private let isStrict: Bool
  /// What stayed as it was, one sentence each.
  package private(set) var warnings: [String] = []

  /// Fills from `scope`; `isStrict` makes unknown roots errors (`strict_variables`).
  package init(_ scope: VariableScope, isStrict: Bool) {
    self.scope = scope
    self.isStrict = isStrict
  }

  /// Fills every string of `parameters`, keys excepted, in the way in which `declaration` wants each.
  package mutating func fill(_ parameters: JSONObject, for declaration: StepDeclaration) throws(StepFailure)
    -> JSONObject
  {
    let isSplit = try isSplit(parameters, declaration)
    var filled = JSONObject()
    filled.reserveCapacity(parameters.count)
    for (key, value) in parameters {
      let parameter = declaration.parameters.first { $0.name == key || $0.aliases.contains(key) }
      switch (parameter?.filling ?? .values, value) {
      case (.untouched, _): filled[key] = value
      case (.words, .string(let line)) where isSplit:
        var words: [JSON] = []
        for word in try CommandLine.words(line) { words.append(.string(try fillText(word))) }
        filled[key] = .array(words)
      case (.values, _), (.words, _): filled[key] = try fill(value)
      }
    }
    return filled
  }

  /// Whether a line becomes words before it is filled: what `shell` says may stand in a placeholder itself.
  private mutating func isSplit(
    _ parameters: JSONObject, _ declaration: StepDeclaration
  ) throws(StepFailure) -> Bool {
    guard declaration.parameters.contains(where: { $0.filling == .words }) else { return false }
    guard let shell = parameters["shell"] else { return CommandLine.isSplit(parameters) }
    var known = parameters
    known["shell"] = try fill(shell)
    return CommandLine.isSplit(known)
  }

  /// Fills every string inside `value`.
  package mutating func fill(_ value: JSON) throws(StepFailure) -> JSON {
    switch value {
    case .null, .bool, .integer, .double, .decimal: return value
    case .string(let text):
      guard text.utf8.contains(UInt8(ascii: "{")) else { return value }
      let template = Template(text)
      guard let only = template.only else { return .string(try fill(template)) }
      return try find(only) ?? value
    case .array(let elements):
      var filled: [JSON] = []
      filled.reserveCapacity(elements.count)
      for element in elements { filled.append(try fill(element)) }
      return .array(filled)
    case .object(let members):
      var filled = JSONObject()
      filled.reserveCapacity(members.count)
      for (key, member) in members { filled[key] = try fill(member) }
      return .object(filled)
    }
  }

  private mutating func fillText(_ text: String) throws(StepFailure) -> String {
    text.utf8.contains(UInt8(ascii: "{")) ? try fill(Template(text)) : text
  }

  private mutating func fill(_ template: Template) throws(StepFailure) -> String {
    var text = ""
    for piece in template.pieces {
      switch piece {
      case .text(let literal): text += literal
      case .foreign(let source):
        try leave(source)
        text += source
      case .placeholder(let placeholder): text += try find(placeholder)?.text ?? placeholder.source
      }
    }
    return text
  }

  /// The value of a placeholder after its filters; nil where it stays as it is.
  private mutating func find(_ placeholder: Placeholder) throws(StepFailure) -> JSON? {
    var value: JSON
    switch scope.find(placeholder.path) {
    case .value(let found): value = found
    case .foreign:
      // A default says that the author expects the name to be missing at times.
      guard placeholder.hasFallback else {
        try leave(placeholder.source)
        return nil
      }
      value = .null
    case .missing(let sentence):
      guard placeholder.hasFallback else {
        throw StepFailure(.badParameters, "\(placeholder.source): \(sentence)")
      }
      value = .null
    }
    for filter in placeholder.filters {
      do { value = try filter.apply(to: value) } catch {
        throw StepFailure(.badParameters, "\(placeholder.source): \(error.message)")
      }
    }
    return value
  }

  private mutating func leave(_ source: String) throws(StepFailure) {
    guard !isStrict else {
      throw StepFailure(.badParameters, "\(source): no such variable", output: nil)
    }
    let warning = "\(source) names nothing that missiond knows and stays as it is"
    if !warnings.contains(warning) { warnings.append(warning) }
  }
}

extension Placeholder {
  /// True if a filter brings a default.
  package var hasFallback: Bool { filters.contains { if case .fallback = $0 { true } else { false } } }
}
