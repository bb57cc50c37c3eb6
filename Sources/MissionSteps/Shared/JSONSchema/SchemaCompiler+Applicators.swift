import Formats
import MissionModel

extension SchemaCompiler {
  /// The rule of a keyword that applies other schemas; nil where it is wrong, or of no effect by itself.
  mutating func applicator(_ value: JSON, _ keyword: String, in scope: Scope) -> SchemaRule? {
    if keyword == "dependencies" { return dependencies(value, in: scope) }
    let applicator: SchemaApplicator? =
      switch keyword {
      case "allOf": schemas(value, keyword, in: scope).map(SchemaApplicator.allOf)
      case "anyOf": schemas(value, keyword, in: scope).map(SchemaApplicator.anyOf)
      case "oneOf": schemas(value, keyword, in: scope).map(SchemaApplicator.oneOf)
      case "not": .not(schema(value, keyword, in: scope))
      case "if": conditional(value, in: scope)
      case "dependentSchemas":
        named(value, keyword, in: scope).map { .dependentSchemas($0.map { (member: $0.0, schema: $0.1) }) }
      case "properties":
        named(value, keyword, in: scope).map { .properties(Dictionary($0) { first, _ in first }) }
      case "patternProperties": patternProperties(value, in: scope)
      case "additionalProperties": additionalProperties(value, in: scope)
      case "propertyNames": .propertyNames(schema(value, keyword, in: scope))
      case "prefixItems": schemas(value, keyword, in: scope).map(SchemaApplicator.prefixItems)
      case "items": items(value, in: scope)
      case "additionalItems": additionalItems(value, in: scope)
      case "contains": contains(value, in: scope)
      default: nil  // `then` and `else` belong to `if`
      }
    return applicator.map(SchemaRule.applicator)
  }

  private mutating func schema(_ value: JSON, _ keyword: String, in scope: Scope) -> Int {
    node(for: value, at: scope.place.child(keyword), in: scope.resource)
  }

  private mutating func schemas(_ value: JSON, _ keyword: String, in scope: Scope) -> [Int]? {
    guard case .array(let elements) = value else {
      report(scope.place.child(keyword), "expected a list of schemas, not \(value.excerpt)")
      return nil
    }
    return elements.indices.map { index in
      node(for: elements[index], at: scope.place.child(keyword, String(index)), in: scope.resource)
    }
  }

  private mutating func named(_ value: JSON, _ keyword: String, in scope: Scope) -> [(String, Int)]? {
    guard case .object(let members) = value else {
      report(scope.place.child(keyword), "expected a map of schemas, not \(value.excerpt)")
      return nil
    }
    return members.map { member in
      (member.key, node(for: member.value, at: scope.place.child(keyword, member.key), in: scope.resource))
    }
  }

  private mutating func conditional(_ value: JSON, in scope: Scope) -> SchemaApplicator {
    let test = schema(value, "if", in: scope)
    let then = scope.members["then"].map { schema($0, "then", in: scope) }
    let otherwise = scope.members["else"].map { schema($0, "else", in: scope) }
    return .conditional(test: test, then: then, otherwise: otherwise)
  }

  private mutating func patternProperties(_ value: JSON, in scope: Scope) -> SchemaApplicator? {
    guard let schemas = named(value, "patternProperties", in: scope) else { return nil }
    var rules: [(pattern: Pattern, schema: Int)] = []
    for (source, schema) in schemas {
      if let pattern = pattern(source, at: scope.place.child("patternProperties", source)) {
        rules.append((pattern, schema))
      }
    }
    return .patternProperties(rules)
  }

  private mutating func additionalProperties(_ value: JSON, in scope: Scope) -> SchemaApplicator {
    let names = Set(scope.members["properties"]?.objectValue?.keys ?? [])
    var patterns: [Pattern] = []
    for source in scope.members["patternProperties"]?.objectValue?.keys ?? [] {
      let place = scope.place.child("patternProperties", source)
      if let pattern = pattern(source, at: place) { patterns.append(pattern) }
    }
    return .additionalProperties(
      schema(value, "additionalProperties", in: scope), names: names, patterns: patterns)
  }

  private mutating func items(_ value: JSON, in scope: Scope) -> SchemaApplicator? {
    if case .array = value {
      if scope.dialect.edition == .draft7 {
        return schemas(value, "items", in: scope).map(SchemaApplicator.prefixItems)
      }
      report(
        scope.place.child("items"),
        "a list of schemas is called \"prefixItems\" in 2020-12; see its \"items\"")
      return nil
    }
    let first = scope.dialect.edition == .draft7 ? 0 : scope.members["prefixItems"]?.arrayValue?.count ?? 0
    return .items(schema(value, "items", in: scope), from: first, keyword: "items")
  }

  /// Draft 7's name for what follows a list of `items`; of no effect without one.
  private mutating func additionalItems(_ value: JSON, in scope: Scope) -> SchemaApplicator? {
    let additional = schema(value, "additionalItems", in: scope)
    guard case .array(let before)? = scope.members["items"] else { return nil }
    return .items(additional, from: before.count, keyword: "additionalItems")
  }

  private mutating func contains(_ value: JSON, in scope: Scope) -> SchemaApplicator {
    var (least, most): (Int, Int?) = (1, nil)
    if scope.dialect.edition == .draft2020, scope.dialect.vocabularies.contains(.validation) {
      if let value = scope.members["minContains"] {
        least = count(value, at: scope.place.child("minContains")) ?? 1
      }
      if let value = scope.members["maxContains"] {
        most = count(value, at: scope.place.child("maxContains"))
      }
    }
    return .contains(schema(value, "contains", in: scope), least: least, most: most)
  }

  /// Draft 7's one keyword for both kinds of dependency.
  private mutating func dependencies(_ value: JSON, in scope: Scope) -> SchemaRule? {
    guard case .object(let members) = value else {
      report(scope.place.child("dependencies"), "expected a map, not \(value.excerpt)")
      return nil
    }
    var required: [(member: String, needs: [String])] = []
    var schemas: [(member: String, schema: Int)] = []
    for (member, needed) in members {
      let place = scope.place.child("dependencies", member)
      if case .array = needed {
        if let names = names(needed, at: place) { required.append((member, names)) }
      } else {
        schemas.append((member, node(for: needed, at: place, in: scope.resource)))
      }
    }
    if schemas.isEmpty { return .assertion(.dependentRequired(required)) }
    return .applicator(.dependencies(required, schemas))
  }
}
