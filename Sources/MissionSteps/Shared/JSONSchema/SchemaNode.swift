import Formats
import MissionModel

/// A schema made ready to be applied; other schemas are known by their place in the list of all nodes.
struct SchemaNode: Sendable {
  /// The resource it belongs to, for dynamic references.
  var resource: Int
  var rules: [SchemaRule] = []

  /// True for the schema `false`.
  var isNever: Bool { if case .never? = rules.first { true } else { false } }
}

/// What one keyword demands.
enum SchemaRule: Sendable {
  case assertion(SchemaAssertion)
  case applicator(SchemaApplicator)
  case reference(SchemaReference)
  case unevaluated(SchemaUnevaluated)
  /// The schema `false`.
  case never

  /// Keywords that look at what others evaluated come last.
  var comesLast: Bool { if case .unevaluated = self { true } else { false } }
}

/// Keywords that look at the value alone.
enum SchemaAssertion: Sendable {
  /// The types of JSON Schema.
  enum ValueType: String, CaseIterable, Sendable {
    case null, boolean, integer, number, string, array, object
  }

  case type([ValueType])
  case oneOfValues([JSON], keys: Set<[UInt8]>)
  case constant(JSON, key: [UInt8])
  case multipleOf(SchemaNumber, shown: JSON)
  case minimum(JSON, isExclusive: Bool)
  case maximum(JSON, isExclusive: Bool)
  case minLength(Int)
  case maxLength(Int)
  case pattern(Pattern, source: String)
  case minItems(Int)
  case maxItems(Int)
  case uniqueItems
  case minProperties(Int)
  case maxProperties(Int)
  case required([String])
  case dependentRequired([(member: String, needs: [String])])
}

/// Keywords that apply other schemas, to the value or to what is inside it.
enum SchemaApplicator: Sendable {
  case allOf([Int])
  case anyOf([Int])
  case oneOf([Int])
  case not(Int)
  case conditional(test: Int, then: Int?, otherwise: Int?)
  case dependentSchemas([(member: String, schema: Int)])
  /// The one keyword of draft 7 for names and schemas.
  case dependencies([(member: String, needs: [String])], [(member: String, schema: Int)])
  case properties([String: Int])
  case patternProperties([(pattern: Pattern, schema: Int)])
  /// What neither the names nor the patterns beside it take.
  case additionalProperties(Int, names: Set<String>, patterns: [Pattern])
  case propertyNames(Int)
  case prefixItems([Int])
  /// Elements from an index on.
  case items(Int, from: Int, keyword: String)
  case contains(Int, least: Int, most: Int?)
}

/// Keywords that stand for another schema.
enum SchemaReference: Sendable {
  case fixed(Int)
  /// The outermost schema of this anchor among those under way; the first value where none has it.
  case dynamic(Int, anchor: String)
}

/// Keywords for what no other keyword has looked at.
enum SchemaUnevaluated: Sendable {
  case items(Int)
  case properties(Int)
}
