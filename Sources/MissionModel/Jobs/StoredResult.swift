package import Formats

/// A step's result with its output as the bytes that tables and answers hold.
///
/// Outputs may have megabytes: who only passes one on neither parses nor writes it again.
package struct StoredResult: Sendable, Equatable {
  /// All but the output, which is null here.
  package var result: StepResult
  /// The output as compact JSON; nil for null, and where it was left out.
  package var output: [UInt8]?
  /// How many bytes the output has as compact JSON, also where it was left out; 0 for null.
  package var outputSize: Int

  /// Puts together what was stored; the output of `result` is null.
  package init(_ result: StepResult, output: [UInt8]?, outputSize: Int) {
    self.result = result
    self.output = output
    self.outputSize = outputSize
  }

  /// Writes the output of `result`.
  package init(_ result: StepResult) {
    self.result = result
    self.result.output = .null
    output = result.output.isNull ? nil : result.output.compactBytes
    outputSize = output?.count ?? 0
  }

  /// Whether there is an output that was left out.
  package var isLeftOut: Bool { output == nil && outputSize > 0 }

  /// The result with its output as a value. Throws what is wrong with the bytes.
  package func parsed() throws(JSONError) -> StepResult {
    var whole = result
    if let output { whole.output = try JSONParser.parse(output) }
    return whole
  }
}
