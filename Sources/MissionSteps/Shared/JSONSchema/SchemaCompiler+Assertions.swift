import Formats
import MissionModel

extension SchemaCompiler {
  /// The rule of a keyword of the validation vocabulary; nil where it is wrong, or of no effect by itself.
  mutating func assertion(_ value: JSON, _ keyword: String, in scope: Scope) -> SchemaRule? {
    let place = scope.place.child(keyword)
    let assertion: SchemaAssertion? =
      switch keyword {
      case "type": types(value, at: place).map(SchemaAssertion.type)
      case "enum": choices(value, at: place)
      case "const": .constant(value, key: SchemaEquality.key(of: value))
      case "multipleOf": divisor(value, at: place)
      case "minimum": number(value, at: place).map { .minimum($0, isExclusive: false) }
      case "exclusiveMinimum": number(value, at: place).map { .minimum($0, isExclusive: true) }
      case "maximum": number(value, at: place).map { .maximum($0, isExclusive: false) }
      case "exclusiveMaximum": number(value, at: place).map { .maximum($0, isExclusive: true) }
      case "minLength": count(value, at: place).map(SchemaAssertion.minLength)
      case "maxLength": count(value, at: place).map(SchemaAssertion.maxLength)
      case "minItems": count(value, at: place).map(SchemaAssertion.minItems)
      case "maxItems": count(value, at: place).map(SchemaAssertion.maxItems)
      case "minProperties": count(value, at: place).map(SchemaAssertion.minProperties)
      case "maxProperties": count(value, at: place).map(SchemaAssertion.maxProperties)
      case "uniqueItems": flag(value, at: place) == true ? .uniqueItems : nil
      case "required": names(value, at: place).map(SchemaAssertion.required)
      case "dependentRequired": dependentRequired(value, at: place)
      case "pattern":
        text(value, at: place).flatMap { source in
          pattern(source, at: place).map { .pattern($0, source: source) }
        }
      default: nil  // minContains and maxContains belong to `contains`
      }
    return assertion.map(SchemaRule.assertion)
  }

  private mutating func types(
    _ value: JSON, at place: SchemaDocuments.Place
  ) -> [SchemaAssertion.ValueType]? {
    let elements = value.arrayValue ?? [value]
    var types: [SchemaAssertion.ValueType] = []
    for element in elements {
      guard let type = element.stringValue.flatMap(SchemaAssertion.ValueType.init) else {
        let known = SchemaAssertion.ValueType.allCases.map(\.rawValue)
        let closest = element.stringValue.flatMap { EditDistance.closest(to: $0, among: known) }
        report(
          place,
          "\(element.excerpt) is no type; "
            + (closest.map { "did you mean \"\($0)\"?" } ?? "use one of \(known.joined(separator: ", "))"))
        return nil
      }
      types.append(type)
    }
    return types
  }

  private mutating func choices(_ value: JSON, at place: SchemaDocuments.Place) -> SchemaAssertion? {
    guard case .array(let values) = value else {
      report(place, "expected a list of values, not \(value.excerpt)")
      return nil
    }
    return .oneOfValues(values, keys: Set(values.map(SchemaEquality.key)))
  }

  private mutating func divisor(_ value: JSON, at place: SchemaDocuments.Place) -> SchemaAssertion? {
    guard let number = SchemaNumber(value), number.isPositive else {
      report(place, "expected a number above zero, not \(value.excerpt)")
      return nil
    }
    guard number.digits.count <= SchemaNumber.mostDivisorDigits else {
      report(place, "has more than \(SchemaNumber.mostDivisorDigits) digits")
      return nil
    }
    return .multipleOf(number, shown: value)
  }

  private mutating func number(_ value: JSON, at place: SchemaDocuments.Place) -> JSON? {
    if SchemaNumber(value) != nil { return value }
    report(place, "expected a number, not \(value.excerpt)")
    return nil
  }

  /// A count of something: a whole number from zero on.
  mutating func count(_ value: JSON, at place: SchemaDocuments.Place) -> Int? {
    if let count = value.integerValue, count >= 0 { return Int(count) }
    // Beyond Int64 nothing can have so many.
    if let number = SchemaNumber(value), number.isWhole, number.isPositive { return Int.max }
    report(place, "expected a whole number of at least 0, not \(value.excerpt)")
    return nil
  }

  private mutating func flag(_ value: JSON, at place: SchemaDocuments.Place) -> Bool? {
    if case .bool(let flag) = value { return flag }
    report(place, "expected true or false, not \(value.excerpt)")
    return nil
  }

  private mutating func text(_ value: JSON, at place: SchemaDocuments.Place) -> String? {
    if case .string(let text) = value { return text }
    report(place, "expected a string, not \(value.excerpt)")
    return nil
  }

  /// A list of member names.
  mutating func names(_ value: JSON, at place: SchemaDocuments.Place) -> [String]? {
    guard case .array(let elements) = value else {
      report(place, "expected a list of names, not \(value.excerpt)")
      return nil
    }
    let names = elements.compactMap(\.stringValue)
    guard names.count == elements.count else {
      report(place, "expected a list of names, which are strings")
      return nil
    }
    return names
  }

  private mutating func dependentRequired(_ value: JSON, at place: SchemaDocuments.Place) -> SchemaAssertion?
  {
    guard case .object(let members) = value else {
      report(place, "expected a map of lists of names, not \(value.excerpt)")
      return nil
    }
    var rules: [(String, [String])] = []
    for (member, needs) in members {
      if let needs = names(needs, at: place.child(member)) { rules.append((member, needs)) }
    }
    return .dependentRequired(rules)
  }
}
