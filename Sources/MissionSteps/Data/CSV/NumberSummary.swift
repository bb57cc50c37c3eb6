import Formats

/// Count, sum, mean, extremes and spread of numbers in one pass; sums of whole numbers are exact.
struct NumberSummary {
  private(set) var count = 0
  private(set) var least: CellNumber?
  private(set) var greatest: CellNumber?
  private var wholeSum: Int128 = 0
  private var isWhole = true
  /// The sum of what is not whole, with what rounding has lost (Neumaier).
  private var sum = 0.0
  private var lost = 0.0
  /// Welford's running mean and sum of squared differences.
  private var runningMean = 0.0
  private var squares = 0.0

  /// Takes in a number.
  mutating func add(_ number: CellNumber) {
    count += 1
    if least.map({ number < $0 }) ?? true { least = number }
    if greatest.map({ $0 < number }) ?? true { greatest = number }
    switch number {
    case .integer(let value): wholeSum += Int128(value)
    case .double(let value):
      isWhole = false
      let total = sum + value
      lost += abs(sum) >= abs(value) ? (sum - total) + value : (value - total) + sum
      sum = total
    }
    let value = number.double
    let difference = value - runningMean
    runningMean += difference / Double(count)
    squares += difference * (value - runningMean)
  }

  /// The sum; a whole number where all were.
  var total: JSON {
    if isWhole { return JSON(wholeSum) }
    return Self.json(Double(wholeSum) + (sum + lost))
  }

  /// The mean; null of nothing.
  var mean: JSON {
    guard count > 0 else { return .null }
    if isWhole {
      let (quotient, rest) = wholeSum.quotientAndRemainder(dividingBy: Int128(count))
      if rest == 0 { return JSON(quotient) }
      return Self.json(Double(quotient) + Double(rest) / Double(count))
    }
    return Self.json((Double(wholeSum) + (sum + lost)) / Double(count))
  }

  /// The standard deviation of a sample; null of fewer than two.
  var deviation: JSON { count < 2 ? .null : Self.json((squares / Double(count - 1)).squareRoot()) }

  private static func json(_ value: Double) -> JSON { value.isFinite ? .double(value) : .null }
}
