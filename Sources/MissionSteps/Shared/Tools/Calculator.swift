import Formats
import MissionModel

/// Works out arithmetic: `2 * (3 + 4) ^ 2`, `sqrt(2)`, `max(1, 2, 3)`.
struct Calculator {
  private let characters: [Character]
  private var place = 0
  private var depth = 0

  private static let mostCharacters = 10_000
  private static let mostDepth = 100

  /// The value of an expression: a whole number where it is one.
  static func evaluate(_ expression: String) throws(StepFailure) -> JSON {
    guard expression.count <= mostCharacters else {
      throw StepFailure(.badParameters, "calculate: the expression is over \(mostCharacters) characters")
    }
    var calculator = Calculator(expression)
    let value = try calculator.sum()
    calculator.skipBlanks()
    guard calculator.place == calculator.characters.count else {
      throw calculator.unexpected()
    }
    guard value.isFinite else { throw StepFailure("calculate \(expression): the result is no finite number") }
    return Int64(exactly: value).map(JSON.integer) ?? .double(value)
  }

  private init(_ expression: String) { characters = Array(expression) }

  private func unexpected() -> StepFailure {
    place < characters.count
      ? StepFailure(
        .badParameters, "calculate: \"\(characters[place])\" at character \(place + 1) is not expected")
      : StepFailure(.badParameters, "calculate: the expression ends too early")
  }

  private mutating func skipBlanks() {
    while place < characters.count, characters[place].isWhitespace { place += 1 }
  }

  private mutating func take(_ sign: String) -> Bool {
    skipBlanks()
    guard characters[place...].starts(with: sign) else { return false }
    place += sign.count
    return true
  }

  private mutating func sum() throws(StepFailure) -> Double {
    var value = try product()
    while true {
      if take("+") {
        value += try product()
      } else if take("-") {
        value -= try product()
      } else {
        return value
      }
    }
  }

  private mutating func product() throws(StepFailure) -> Double {
    var value = try signed()
    while true {
      if take("*") {
        value *= try signed()
      } else if take("/") {
        value /= try divisor()
      } else if take("%") {
        value = value.truncatingRemainder(dividingBy: try divisor())
      } else {
        return value
      }
    }
  }

  private mutating func divisor() throws(StepFailure) -> Double {
    let value = try signed()
    guard value != 0 else { throw StepFailure("calculate: division by zero") }
    return value
  }

  private mutating func signed() throws(StepFailure) -> Double {
    depth += 1
    defer { depth -= 1 }
    guard depth <= Self.mostDepth else {
      throw StepFailure(.badParameters, "calculate: parts lie more than \(Self.mostDepth) deep in each other")
    }
    if take("-") { return -(try signed()) }
    if take("+") { return try signed() }
    return try power()
  }

  private mutating func power() throws(StepFailure) -> Double {
    let base = try factor()
    guard take("**") || take("^") else { return base }
    let exponent = try signed()
    if exponent == 0.5 { return base.squareRoot() }
    guard let whole = Int(exactly: exponent), abs(whole) <= 10_000 else {
      throw StepFailure(.badParameters, "calculate: an exponent is a whole number up to 10,000, or 0.5")
    }
    var result = 1.0
    for _ in 0..<abs(whole) { result *= base }
    guard whole < 0 else { return result }
    guard result != 0 else { throw StepFailure("calculate: division by zero") }
    return 1 / result
  }

  private mutating func factor() throws(StepFailure) -> Double {
    if take("(") {
      let value = try sum()
      guard take(")") else { throw unexpected() }
      return value
    }
    skipBlanks()
    let start = place
    while place < characters.count, characters[place].isLetter { place += 1 }
    if place > start { return try named(String(characters[start..<place]).lowercased(), from: start) }
    return try number()
  }

  private mutating func number() throws(StepFailure) -> Double {
    let start = place
    func isDigit(_ place: Int) -> Bool {
      place < characters.count && ("0"..."9").contains(characters[place])
    }
    while isDigit(place) { place += 1 }
    if place < characters.count, characters[place] == "." {
      place += 1
      while isDigit(place) { place += 1 }
    }
    if place > start, place < characters.count, characters[place] == "e" || characters[place] == "E" {
      let hasSign = place + 1 < characters.count && "+-".contains(characters[place + 1])
      if isDigit(place + (hasSign ? 2 : 1)) {
        place += hasSign ? 2 : 1
        while isDigit(place) { place += 1 }
      }
    }
    guard place > start, let value = Double(String(characters[start..<place])) else {
      place = start
      throw unexpected()
    }
    return value
  }

  private mutating func named(_ name: String, from start: Int) throws(StepFailure) -> Double {
    switch name {
    case "pi": return Double.pi
    case "e": return 2.718281828459045
    default: break
    }
    guard take("(") else {
      place = start
      throw unexpected()
    }
    var values = [try sum()]
    while take(",") { values.append(try sum()) }
    guard take(")") else { throw unexpected() }
    switch (name, values.count) {
    case ("sqrt", 1): return values[0].squareRoot()
    case ("abs", 1): return abs(values[0])
    case ("round", 1): return values[0].rounded()
    case ("floor", 1): return values[0].rounded(.down)
    case ("ceil", 1): return values[0].rounded(.up)
    case ("min", _): return values.reduce(values[0], min)
    case ("max", _): return values.reduce(values[0], max)
    case ("sum", _): return values.reduce(0, +)
    default:
      throw StepFailure(
        .badParameters,
        "calculate: there is no function \(name) of \(values.count); known are sqrt, abs, round, floor, "
          + "ceil, min, max, sum")
    }
  }
}
