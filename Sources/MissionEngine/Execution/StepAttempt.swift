import Formats
import MissionModel

/// One try at a step, from its filled parameters to what it left.
struct StepAttempt: Sendable {
  let step: any StepType
  let context: StepContext
  let world: AttemptWorld
  let maxOutputBytes: Int
  let masker: Masker

  /// Does the work and closes the attempt's world.
  func run() async -> (ending: FailurePolicy.Ending, report: AttemptReport) {
    let ending: FailurePolicy.Ending
    do {
      ending = check(try await step.run(in: context))
    } catch {
      ending = .failure(error)
    }
    var report = await world.finish()
    if case .failure(let failure) = ending {
      report.warnings += failure.warnings.filter { !report.warnings.contains($0) }
      report.usage = report.usage ?? failure.usage
    }
    report.warnings = report.warnings.map { masker.mask(message: $0) }
    return (masker.mask(ending), report)
  }

  private func check(_ output: JSON) -> FailurePolicy.Ending {
    guard output.exceeds(maxOutputBytes) else { return .success(output) }
    let escape: String =
      if context.declaration.parameters.contains(where: { $0.name == "output_file" }) {
        "; write to a file with output_file"
      } else if context.declaration.parameters.contains(where: { $0.name == "max_bytes" }) {
        "; ask for less with max_bytes"
      } else {
        ""
      }
    return .failure(
      StepFailure("the output is over limits.max_output_bytes (\(maxOutputBytes) bytes)\(escape)"))
  }
}

extension Masker {
  /// An ending in which no secret shows.
  func mask(_ ending: FailurePolicy.Ending) -> FailurePolicy.Ending {
    guard !isEmpty else { return ending }
    switch ending {
    case .success(let output): return .success(mask(output))
    case .failure(var failure):
      failure.message = mask(message: failure.message)
      failure.output = failure.output.map { mask($0) }
      return .failure(failure)
    }
  }
}

extension JSON {
  /// True if the value takes more than `limit` bytes as compact JSON; looks no further than needed.
  func exceeds(_ limit: Int) -> Bool {
    var left = limit
    return !take(from: &left) && compactIsLonger(than: limit)
  }

  /// Counts down by at least what each value takes at most; false when `left` is used up.
  private func take(from left: inout Int) -> Bool {
    switch self {
    case .null, .bool: left -= 5
    case .integer, .double: left -= 25
    case .decimal(let text): left -= text.utf8.count
    case .string(let text): left -= 6 * text.utf8.count + 2  // every byte may need \u00XX
    case .array(let elements):
      left -= 2 + elements.count
      for element in elements where !element.take(from: &left) { return false }
    case .object(let members):
      left -= 2
      for (key, member) in members {
        left -= 6 * key.utf8.count + 4
        guard member.take(from: &left) else { return false }
      }
    }
    return left >= 0
  }

  private func compactIsLonger(than limit: Int) -> Bool {
    var writer = JSONWriter()
    writer.value(self)
    return writer.bytes.count > limit
  }
}
