import Formats
import MissionModel

extension SchemaEvaluation {
  /// Whether `value` meets a keyword that looks at it alone.
  mutating func check(_ assertion: SchemaAssertion, _ value: JSON) throws(StepFailure) -> Bool {
    switch assertion {
    case .type(let types):
      return types.contains { Self.is(value, $0) }
        || fail("type", "expected \(Self.list(types)), not \(value.excerpt)")
    case .oneOfValues(let values, let keys):
      return keys.contains(SchemaEquality.key(of: value)) || fail("enum", Self.noChoice(value, values))
    case .constant(let constant, let key):
      return SchemaEquality.key(of: value) == key
        || fail("const", "expected \(constant.excerpt), not \(value.excerpt)")
    case .multipleOf, .minimum, .maximum: return check(number: value, assertion)
    case .minLength, .maxLength, .pattern: return try check(text: value, assertion)
    case .minItems, .maxItems, .uniqueItems: return check(list: value, assertion)
    case .minProperties, .maxProperties, .required, .dependentRequired: return check(map: value, assertion)
    }
  }

  static func `is`(_ value: JSON, _ type: SchemaAssertion.ValueType) -> Bool {
    switch (type, value) {
    case (.null, .null), (.boolean, .bool), (.string, .string), (.array, .array), (.object, .object): true
    case (.number, .integer), (.number, .double), (.number, .decimal), (.integer, .integer): true
    case (.integer, .double), (.integer, .decimal): SchemaNumber(value)?.isWhole == true
    case (.null, _), (.boolean, _), (.string, _), (.array, _), (.object, _), (.number, _), (.integer, _):
      false
    }
  }

  private static func list(_ types: [SchemaAssertion.ValueType]) -> String {
    let words = types.map { type in
      switch type {
      case .null: "null"
      case .boolean: "true or false"
      case .integer: "an integer"
      case .number: "a number"
      case .string: "a string"
      case .array: "a list"
      case .object: "a map"
      }
    }
    return words.count < 2
      ? words.joined() : words.dropLast().joined(separator: ", ") + " or " + words[words.count - 1]
  }

  private static func noChoice(_ value: JSON, _ values: [JSON]) -> String {
    let shown = values.prefix(10).map(\.excerpt).joined(separator: ", ") + (values.count > 10 ? ", …" : "")
    let closest = value.stringValue.flatMap {
      EditDistance.closest(to: $0, among: values.compactMap(\.stringValue))
    }
    return "\(value.excerpt) is none of \(shown)" + (closest.map { "; did you mean \"\($0)\"?" } ?? "")
  }

  private mutating func check(number value: JSON, _ assertion: SchemaAssertion) -> Bool {
    switch value {
    case .integer, .double, .decimal: break
    case .null, .bool, .string, .array, .object: return true
    }
    switch assertion {
    case .multipleOf(let divisor, let shown):
      return SchemaNumber(value)?.isMultiple(of: divisor) == true
        || fail("multipleOf", "\(value.excerpt) is no multiple of \(shown.excerpt)")
    case .minimum(let least, let isExclusive):
      return SchemaNumber.areInOrder(least, value, orEqual: !isExclusive)
        || fail(
          isExclusive ? "exclusiveMinimum" : "minimum",
          "\(value.excerpt) is not \(isExclusive ? "above" : "at least") \(least.excerpt)")
    case .maximum(let most, let isExclusive):
      return SchemaNumber.areInOrder(value, most, orEqual: !isExclusive)
        || fail(
          isExclusive ? "exclusiveMaximum" : "maximum",
          "\(value.excerpt) is not \(isExclusive ? "below" : "at most") \(most.excerpt)")
    default: return true
    }
  }

  private mutating func check(text value: JSON, _ assertion: SchemaAssertion) throws(StepFailure) -> Bool {
    guard case .string(let text) = value else { return true }
    switch assertion {
    case .minLength(let least):
      return text.utf8.count >= 4 * least || text.unicodeScalars.count >= least
        || fail("minLength", "\(value.excerpt) has fewer than \(Self.counted(least, "character"))")
    case .maxLength(let most):
      return text.utf8.count <= most || text.unicodeScalars.count <= most
        || fail("maxLength", "\(value.excerpt) has more than \(Self.counted(most, "character"))")
    case .pattern(let pattern, let source):
      return try pattern.firstMatch(Array(text.utf8), 0) != nil
        || fail("pattern", "\(value.excerpt) does not match the pattern \(source)")
    default: return true
    }
  }

  private mutating func check(list value: JSON, _ assertion: SchemaAssertion) -> Bool {
    guard case .array(let elements) = value else { return true }
    switch assertion {
    case .minItems(let least):
      return elements.count >= least
        || fail("minItems", "has \(Self.counted(elements.count, "element")), at least \(least) must be there")
    case .maxItems(let most):
      return elements.count <= most
        || fail("maxItems", "has \(Self.counted(elements.count, "element")), at most \(most) may be there")
    case .uniqueItems:
      var first: [[UInt8]: Int] = [:]
      for (index, element) in elements.enumerated() {
        if let earlier = first.updateValue(index, forKey: SchemaEquality.key(of: element)) {
          return fail("uniqueItems", "elements \(earlier) and \(index) are equal: \(element.excerpt)")
        }
      }
      return true
    default: return true
    }
  }

  private mutating func check(map value: JSON, _ assertion: SchemaAssertion) -> Bool {
    guard case .object(let members) = value else { return true }
    switch assertion {
    case .minProperties(let least):
      return members.count >= least
        || fail(
          "minProperties", "has \(Self.counted(members.count, "member")), at least \(least) must be there")
    case .maxProperties(let most):
      return members.count <= most
        || fail("maxProperties", "has \(Self.counted(members.count, "member")), at most \(most) may be there")
    case .required(let names):
      var isValid = true
      for name in names where members[name] == nil {
        isValid = fail("required", Self.missing(name, in: members, beside: names))
      }
      return isValid
    case .dependentRequired(let rules): return check(rules, in: members)
    default: return true
    }
  }

  /// Whether each member that is there has those that it needs.
  mutating func check(_ rules: [(member: String, needs: [String])], in members: JSONObject) -> Bool {
    var isValid = true
    for (member, needs) in rules where members[member] != nil {
      for name in needs where members[name] == nil {
        isValid = fail("dependentRequired", "\"\(member)\" needs the member \"\(name)\", which is missing")
      }
    }
    return isValid
  }

  private static func missing(_ name: String, in members: JSONObject, beside names: [String]) -> String {
    let others = members.keys.filter { !names.contains($0) }
    let misspelt = others.count <= 100 ? EditDistance.closest(to: name, among: others) : nil
    return "the member \"\(name)\" is missing" + (misspelt.map { "; is \"\($0)\" meant to be it?" } ?? "")
  }

  private static func counted(_ count: Int, _ word: String) -> String {
    "\(count) \(word)" + (count == 1 ? "" : "s")
  }
}
