package import Formats

/// What became of the tests of a run.
package struct TestReport: Sendable, Equatable {
  /// A test that did not pass, and why.
  package struct Failure: Sendable, Equatable {
    package var name: String
    package var message: String

    /// Names a test.
    package init(name: String, message: String = "") {
      self.name = name
      self.message = message
    }
  }

  package var passed = 0
  package var failed = 0
  package var skipped = 0
  package var failures: [Failure] = []

  /// Failures that are told with their words; the rest is only counted.
  private static let mostFailures = 1000

  /// No test yet.
  package init(passed: Int = 0, failed: Int = 0, skipped: Int = 0, failures: [Failure] = []) {
    self.passed = passed
    self.failed = failed
    self.skipped = skipped
    self.failures = failures
  }

  /// Tests in all, whatever became of them.
  package var total: Int { passed + failed + skipped }

  /// Counts a test that failed.
  package mutating func fail(_ name: String, _ message: String = "") {
    failed += 1
    guard failures.count < Self.mostFailures else { return }
    failures.append(Failure(name: name, message: TerminalText.shortened(message, toBytes: 8192)))
  }

  /// Counts another report in.
  package mutating func add(_ other: TestReport) {
    passed += other.passed
    failed += other.failed
    skipped += other.skipped
    failures += other.failures.prefix(max(0, Self.mostFailures - failures.count))
  }

  /// `1 of 3 tests failed: A.b: 1 is not 2`.
  package var sentence: String {
    let count = "\(failed) of \(total) test\(total == 1 ? "" : "s") failed"
    guard let first = failures.first else { return count }
    let words = first.message.split(whereSeparator: \.isNewline).first.map { ": " + $0 } ?? ""
    return count + ": " + first.name + words
  }

  /// The fields that it adds to an output.
  package var fields: [(String, JSON)] {
    [
      ("passed", JSON(passed)), ("failed", JSON(failed)), ("skipped", JSON(skipped)), ("total", JSON(total)),
      (
        "failures",
        .array(failures.map { ["name": .string($0.name), "message": .string($0.message)] })
      ),
    ]
  }
}
