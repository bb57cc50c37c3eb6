import Formats

/// Reads the steps of a document one after another, as they stand in it or ahead of the rest.
///
/// `@unchecked Sendable`: where steps are read ahead, one side thread does it, and nobody else looks at what
/// it found before that thread has said that it is done.
final class StepsReading: @unchecked Sendable {
  private let catalog: StepCatalog
  private let limits: Limits
  private let checks: StepChecks
  private var fields: FieldReader
  /// The steps so far, without their dependencies.
  var steps: [Step] = []
  /// What they depend on.
  var dependencies: DependencyTable
  private var count = 0
  /// Where the part of the list ends whose steps have been read ahead.
  private(set) var aheadEnd: Int?
  /// True where reading ahead met text that it could not read: nothing of it counts then.
  private(set) var hasFailed = false

  init(
    catalog: StepCatalog, limits: Limits, unknownFields: DocumentLoader.UnknownFields, checks: StepChecks
  ) {
    self.catalog = catalog
    self.limits = limits
    self.checks = checks
    fields = FieldReader(unknownFields: unknownFields)
    dependencies = DependencyTable(maxEdges: limits.maxEdges)
  }

  /// Reads the elements of an array up to its end, those left out that were read ahead.
  func read(_ reader: inout JSONReader) throws(JSONError) {
    try reader.beginArray()
    if let aheadEnd { reader.goOn(at: aheadEnd) }
    while try reader.nextElement() { try readStep(&reader, shift: 0) }
  }

  /// Reads elements that stand at some place of the document, which is not complete yet.
  ///
  /// - Parameters:
  ///   - json: the elements with the commas between them.
  ///   - place: where they begin in the document.
  func readAhead(_ json: [UInt8], at place: Int, _ limits: DocumentLimits) {
    guard !hasFailed else { return }
    let array = [UInt8(ascii: "[")] + json + [UInt8(ascii: "]")]
    do throws(JSONError) {
      try JSONReader.read(array, limits: limits) { (reader) throws(JSONError) in
        try reader.beginArray()
        while try reader.nextElement() { try readStep(&reader, shift: place - 1) }
        try reader.end()
      }
      aheadEnd = place + json.count
    } catch { hasFailed = true }
  }

  private func readStep(_ reader: inout JSONReader, shift: Int) throws(JSONError) {
    count += 1
    guard steps.count < limits.maxSteps else {
      _ = try reader.skip()
      return
    }
    var reading = StepReading(index: steps.count, catalog: catalog)
    var step = try reading.read(&reader, fieldReader: &fields, dependencies: &dependencies, checks: checks)
    if !step.parameters.isEmpty {
      step.parameters = step.parameters.lowerBound + shift..<step.parameters.upperBound + shift
    }
    steps.append(step)
  }

  /// Adds everything that is wrong with the steps, and with their number.
  func finish(_ problems: inout ProblemCollector) {
    checks.finish(&fields.problems)
    problems.add(fields.problems)
    if steps.isEmpty {
      problems.add(at: "/steps", "expected at least one step")
    } else if count > limits.maxSteps {
      problems.add(
        at: "/steps", "a mission has at most \(limits.maxSteps) steps, not \(count)",
        hint: "split it, or raise limits.max_steps")
    }
  }
}
