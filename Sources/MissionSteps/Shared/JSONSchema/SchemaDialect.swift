import Formats

/// Which keywords a schema may use and what they hold: an edition of JSON Schema and its vocabularies.
struct SchemaDialect: Equatable {
  enum Edition { case draft7, draft2020 }
  /// The vocabularies of 2020-12 whose keywords are more than annotations.
  enum Vocabulary: String, CaseIterable { case core, applicator, unevaluated, validation }

  var edition: Edition
  var vocabularies: Set<Vocabulary>

  static let draft7 = SchemaDialect(edition: .draft7, vocabularies: Set(Vocabulary.allCases))
  static let draft2020 = SchemaDialect(edition: .draft2020, vocabularies: Set(Vocabulary.allCases))

  /// The dialects that come with missiond, by their `$schema` without an empty fragment.
  static func standard(_ uri: String) -> SchemaDialect? {
    switch uri {
    case "https://json-schema.org/draft/2020-12/schema": .draft2020
    case "http://json-schema.org/draft-07/schema", "https://json-schema.org/draft-07/schema": .draft7
    default: nil
    }
  }

  /// The prefix of the names of standard vocabularies.
  static let vocabularyPrefix = "https://json-schema.org/draft/2020-12/vocab/"

  /// How a keyword's value holds subschemas.
  enum Holding { case one, list, map, oneOrList, mapOfSchemasOrLists }

  /// The vocabulary of a keyword that is more than an annotation; nil for all others.
  func vocabulary(of keyword: String) -> Vocabulary? {
    switch edition {
    case .draft7: Self.draft7Keywords[keyword]
    case .draft2020: Self.draft2020Keywords[keyword]
    }
  }

  /// Where `keyword` holds subschemas; nil if it holds none.
  func holding(of keyword: String) -> Holding? {
    switch edition {
    case .draft7: Self.draft7Holdings[keyword]
    case .draft2020: Self.draft2020Holdings[keyword]
    }
  }

  /// Every keyword, for *did you mean*.
  var keywords: [String] {
    switch edition {
    case .draft7: Array(Self.draft7Keywords.keys) + Self.annotations
    case .draft2020: Array(Self.draft2020Keywords.keys) + Self.annotations
    }
  }

  /// Keywords that say something to readers and nothing to a validator.
  static let annotations = [
    "$schema", "$id", "$anchor", "$dynamicAnchor", "$comment", "$vocabulary", "$defs", "definitions", "title",
    "description", "default", "examples", "deprecated", "readOnly", "writeOnly", "format", "contentEncoding",
    "contentMediaType", "contentSchema",
  ]

  private static let sharedKeywords: [String: Vocabulary] = [
    "$ref": .core, "allOf": .applicator, "anyOf": .applicator, "oneOf": .applicator, "not": .applicator,
    "if": .applicator, "then": .applicator, "else": .applicator, "properties": .applicator,
    "patternProperties": .applicator, "additionalProperties": .applicator, "propertyNames": .applicator,
    "items": .applicator, "contains": .applicator, "type": .validation, "enum": .validation,
    "const": .validation, "multipleOf": .validation, "maximum": .validation, "exclusiveMaximum": .validation,
    "minimum": .validation, "exclusiveMinimum": .validation, "maxLength": .validation,
    "minLength": .validation, "pattern": .validation, "maxItems": .validation, "minItems": .validation,
    "uniqueItems": .validation, "maxProperties": .validation, "minProperties": .validation,
    "required": .validation,
  ]
  private static let draft7Keywords = sharedKeywords.merging([
    "additionalItems": .applicator, "dependencies": .applicator,
  ]) { $1 }
  private static let draft2020Keywords = sharedKeywords.merging([
    "$dynamicRef": .core, "prefixItems": .applicator, "dependentSchemas": .applicator,
    "maxContains": .validation, "minContains": .validation, "dependentRequired": .validation,
    "unevaluatedItems": .unevaluated, "unevaluatedProperties": .unevaluated,
  ]) { $1 }

  private static let sharedHoldings: [String: Holding] = [
    "$defs": .map, "definitions": .map, "allOf": .list, "anyOf": .list, "oneOf": .list, "not": .one,
    "if": .one, "then": .one, "else": .one, "properties": .map, "patternProperties": .map,
    "additionalProperties": .one, "propertyNames": .one, "contains": .one,
  ]
  private static let draft7Holdings = sharedHoldings.merging([
    "items": .oneOrList, "additionalItems": .one, "dependencies": .mapOfSchemasOrLists,
  ]) { $1 }
  private static let draft2020Holdings = sharedHoldings.merging([
    "items": .one, "prefixItems": .list, "dependentSchemas": .map, "unevaluatedItems": .one,
    "unevaluatedProperties": .one, "contentSchema": .one,
  ]) { $1 }
}
