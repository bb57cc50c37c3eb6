import Formats

/// Hands the parameters of steps to their step types and to the review.
///
/// That is most of the work on a mission, and the steps have nothing to do with each other: in a large
/// document it is done a batch at a time beside the reading of what follows, or here where too much would
/// wait.
final class StepChecks {
  /// A step whose parameters have been read.
  struct Entry: Sendable {
    let index: Int
    let declaration: StepDeclaration
    let parameters: JSONObject
  }

  /// Steps that are checked one after another, by one thread.
  ///
  /// `@unchecked Sendable`: it is filled before it is handed over, and what was found is read after the side
  /// thread has said that it is done.
  private final class Batch: @unchecked Sendable {
    var entries: [Entry] = []
    var problems: [(prefix: String, problems: [Problem])] = []

    func check(_ review: MissionReview) {
      for entry in entries {
        let found = entry.declaration.check(entry.parameters, patterns: review.patterns)
        if !found.isEmpty { problems.append(("/steps/\(entry.index)/parameters", found)) }
        let denials = review.step(entry.declaration, entry.parameters, false)
        if !denials.isEmpty { problems.append(("/steps/\(entry.index)", denials)) }
      }
      entries = []
    }
  }

  private let review: MissionReview
  private let side: SideThread?
  private var batches: [Batch] = []
  private var current = Batch()

  private static let batchSize = 128

  /// Makes checks that are done beside their caller where there is a thread for them.
  init(_ review: MissionReview, beside side: SideThread?) {
    self.review = review
    self.side = side
  }

  /// Takes the next step.
  func add(_ entry: Entry) {
    current.entries.append(entry)
    if current.entries.count == Self.batchSize { send() }
  }

  /// Waits for the checks, and adds what they found in the order of the steps.
  func finish(_ problems: inout ProblemCollector) {
    send()
    side?.join()
    for found in batches.flatMap(\.problems) { problems.add(found.problems, under: found.prefix) }
    batches = []
  }

  private func send() {
    let batch = current
    current = Batch()
    batches.append(batch)
    let check = { @Sendable [review] in batch.check(review) }
    if side?.take(check) != true { check() }
  }
}
