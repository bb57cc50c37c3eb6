import Formats
import MissionModel

extension SchemaEvaluation {
  /// Whether `value` meets a keyword that applies other schemas.
  mutating func apply(
    _ applicator: SchemaApplicator, to value: JSON, _ seen: inout SeenParts
  ) throws(StepFailure) -> Bool {
    switch applicator {
    case .allOf(let schemas): return try all(schemas, value, &seen)
    case .anyOf(let schemas): return try any(schemas, value, &seen)
    case .oneOf(let schemas): return try one(schemas, value, &seen)
    case .not(let schema):
      var unused = SeenParts()
      return try !holds(schema, value, &unused) || fail("not", "\(value.excerpt) is what is not allowed here")
    case .conditional(let test, let then, let otherwise):
      var tested = SeenParts()
      let isTrue = try holds(test, value, &tested)
      if isTrue { seen.formUnion(tested) }
      guard let branch = isTrue ? then : otherwise else { return true }
      return try applyInPlace(branch, value, &seen)
    case .dependentSchemas(let rules): return try dependent(rules, value, &seen)
    case .dependencies(let required, let schemas):
      guard case .object(let members) = value else { return true }
      let hasAll = check(required, in: members)
      return try dependent(schemas, value, &seen) && hasAll
    case .properties, .patternProperties, .additionalProperties, .propertyNames:
      guard case .object(let members) = value else { return true }
      return try apply(applicator, to: members, &seen)
    case .prefixItems, .items, .contains:
      guard case .array(let elements) = value else { return true }
      return try apply(applicator, to: elements, &seen)
    }
  }

  private mutating func all(
    _ schemas: [Int], _ value: JSON, _ seen: inout SeenParts
  ) throws(StepFailure) -> Bool {
    var isValid = true
    for schema in schemas where try !applyInPlace(schema, value, &seen) {
      isValid = false
      if isQuiet { break }
    }
    return isValid
  }

  private mutating func dependent(
    _ rules: [(member: String, schema: Int)], _ value: JSON, _ seen: inout SeenParts
  ) throws(StepFailure) -> Bool {
    guard case .object(let members) = value else { return true }
    return try all(rules.filter { members[$0.member] != nil }.map(\.schema), value, &seen)
  }

  private mutating func any(
    _ schemas: [Int], _ value: JSON, _ seen: inout SeenParts
  ) throws(StepFailure) -> Bool {
    var isValid = false
    var failures: [[SchemaViolation]] = []
    for schema in schemas {
      var looked = SeenParts()
      let attempt = try attempt(schema, value, &looked)
      if attempt.isValid {
        seen.formUnion(looked)
        isValid = true
      } else {
        failures.append(attempt.violations)
      }
    }
    return isValid || failNone("anyOf", value, failures)
  }

  private mutating func one(
    _ schemas: [Int], _ value: JSON, _ seen: inout SeenParts
  ) throws(StepFailure) -> Bool {
    var valid: [Int] = []
    var failures: [[SchemaViolation]] = []
    for (index, schema) in schemas.enumerated() {
      var looked = SeenParts()
      let attempt = try attempt(schema, value, &looked)
      if attempt.isValid {
        if valid.isEmpty { seen.formUnion(looked) }
        valid.append(index)
      } else {
        failures.append(attempt.violations)
      }
    }
    if valid.isEmpty { return failNone("oneOf", value, failures) }
    return valid.count == 1
      || fail(
        "oneOf",
        "\(value.excerpt) fits \(valid.map { "form \($0 + 1)" }.joined(separator: " and ")), "
          + "where only one may fit"
      )
  }

  /// Says why no form fits: by the problems of the only one that has the right kind, else by all forms.
  private mutating func failNone(_ keyword: String, _ value: JSON, _ failures: [[SchemaViolation]]) -> Bool {
    guard !isQuiet else { return false }
    let near = failures.filter { violations in
      !violations.contains { isHere($0) && ["type", "const", "enum", "false"].contains($0.keyword) }
    }
    if near.count == 1 {
      note(near[0])
      return false
    }
    let reasons = failures.prefix(3).compactMap { $0.first }.map { first in
      (isHere(first) ? "" : first.path + ": ") + first.message
    }
    return fail(
      keyword,
      "\(value.excerpt) fits none of \(failures.count) forms: \(reasons.joined(separator: "; "))"
        + (failures.count > 3 ? "; …" : ""))
  }
}

// MARK: Into maps

extension SchemaEvaluation {
  private mutating func apply(
    _ applicator: SchemaApplicator, to members: JSONObject, _ seen: inout SeenParts
  ) throws(StepFailure) -> Bool {
    var isValid = true
    for (index, member) in members.enumerated() {
      let holds: Bool
      switch applicator {
      case .properties(let schemas):
        guard let schema = schemas[member.key] else { continue }
        holds = try inside(schema, index, member, &seen, "properties")
      case .patternProperties(let rules):
        holds = try matching(rules, index, member, &seen)
      case .additionalProperties(let schema, let names, let patterns):
        if names.contains(member.key) { continue }
        if try matches(member.key, patterns) { continue }
        if nodes[schema].isNever, !isQuiet {
          isValid = fail("additionalProperties", inside: member.key, Self.unknown(member.key, names))
          continue
        }
        holds = try inside(schema, index, member, &seen, "additionalProperties")
      case .propertyNames(let schema): holds = try name(member.key, schema)
      default: return true
      }
      if holds { continue }
      isValid = false
      if isQuiet { break }
    }
    return isValid
  }

  private mutating func inside(
    _ schema: Int, _ index: Int, _ member: JSONObject.Member, _ seen: inout SeenParts, _ keyword: String
  ) throws(StepFailure) -> Bool {
    seen.insert(index)
    if nodes[schema].isNever { return fail(keyword, inside: member.key, "the member is not allowed here") }
    return try apply(schema, inside: member.key, to: member.value)
  }

  private mutating func matching(
    _ rules: [(pattern: Pattern, schema: Int)], _ index: Int, _ member: JSONObject.Member,
    _ seen: inout SeenParts
  ) throws(StepFailure) -> Bool {
    var isValid = true
    for (pattern, schema) in rules where try matches(member.key, [pattern]) {
      if try !inside(schema, index, member, &seen, "patternProperties") { isValid = false }
    }
    return isValid
  }

  private func matches(_ key: String, _ patterns: [Pattern]) throws(StepFailure) -> Bool {
    for pattern in patterns where try pattern.firstMatch(Array(key.utf8), 0) != nil { return true }
    return false
  }

  private mutating func name(_ key: String, _ schema: Int) throws(StepFailure) -> Bool {
    var unused = SeenParts()
    let attempt = try attempt(schema, .string(key), &unused)
    return attempt.isValid
      || fail(
        "propertyNames", inside: key,
        "the name is not allowed" + (attempt.violations.first.map { ": " + $0.message } ?? ""))
  }

  private static func unknown(_ key: String, _ names: Set<String>) -> String {
    let closest = names.count <= 1000 ? EditDistance.closest(to: key, among: names.sorted()) : nil
    return "unknown member" + (closest.map { "; did you mean \"\($0)\"?" } ?? "")
  }
}

// MARK: Into lists

extension SchemaEvaluation {
  private mutating func apply(
    _ applicator: SchemaApplicator, to elements: [JSON], _ seen: inout SeenParts
  ) throws(StepFailure) -> Bool {
    switch applicator {
    case .prefixItems(let schemas):
      return try each(zip(elements.indices, schemas).map { ($0, $1) }, elements, &seen)
    case .items(let schema, let first, let keyword):
      guard first < elements.count else { return true }
      if nodes[schema].isNever {
        return fail(keyword, "\(elements.count) elements are more than the \(first) that are allowed")
      }
      return try each((first..<elements.count).map { ($0, schema) }, elements, &seen)
    case .contains(let schema, let least, let most):
      var count = 0
      for (index, element) in elements.enumerated() where try holds(schema, inside: String(index), element) {
        seen.insert(index)
        count += 1
      }
      if count < least {
        return fail("contains", "\(count) elements are as they should be, at least \(least) must")
      }
      guard let most, count > most else { return true }
      return fail("maxContains", "\(count) elements are of a kind of which at most \(most) may be there")
    default: return true
    }
  }

  private mutating func each(
    _ pairs: [(index: Int, schema: Int)], _ elements: [JSON], _ seen: inout SeenParts
  ) throws(StepFailure) -> Bool {
    var isValid = true
    for (index, schema) in pairs {
      seen.insert(index)
      if try apply(schema, inside: String(index), to: elements[index]) { continue }
      isValid = false
      if isQuiet { break }
    }
    return isValid
  }

  /// Whether what no keyword has looked at is as it should be.
  mutating func apply(
    _ keyword: SchemaUnevaluated, to value: JSON, _ seen: inout SeenParts
  ) throws(StepFailure) -> Bool {
    let (schema, name) =
      switch keyword {
      case .items(let schema): (schema, "unevaluatedItems")
      case .properties(let schema): (schema, "unevaluatedProperties")
      }
    let parts: [(key: String, value: JSON)]
    switch (keyword, value) {
    case (.items, .array(let elements)): parts = elements.enumerated().map { (String($0.offset), $0.element) }
    case (.properties, .object(let members)): parts = members.map { ($0.key, $0.value) }
    case (.items, _), (.properties, _): return true
    }
    var isValid = true
    for (index, part) in parts.enumerated() where !seen.contains(index) {
      if nodes[schema].isNever {
        isValid = fail(name, inside: part.key, "no part of the schema allows this")
      } else if try !apply(schema, inside: part.key, to: part.value) {
        isValid = false
      }
    }
    seen.insertAll()
    return isValid
  }
}
