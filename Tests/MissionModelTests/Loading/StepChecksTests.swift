import Dispatch
import Formats
import TestSupport
import Testing

@testable import MissionModel

@Suite(.timeLimit(.minutes(1))) struct StepChecksTests {
  /// Steps of which every hundredth has a mistake.
  private func entries(_ count: Int) throws -> [StepChecks.Entry] {
    let type = try #require(LoaderSteps.catalog["create_file"])
    return (0..<count).map { index in
      let path: JSON = index % 100 == 7 ? .integer(Int64(index)) : "a"
      return StepChecks.Entry(index: index, declaration: type, parameters: ["path": path])
    }
  }

  /// Denies every seventieth step, by the path that it names.
  private let review = MissionReview(
    step: { _, parameters, _ in
      guard case .integer(let number)? = parameters["path"], number % 70 == 7 else { return [] }
      return [Problem(at: "/step_type", "denied")]
    }, mission: { _ in [] })

  private func pointers(_ count: Int, beside side: SideThread?) throws -> [String] {
    let checks = StepChecks(review, beside: side)
    for entry in try entries(count) { checks.add(entry) }
    var problems = ProblemCollector()
    checks.finish(&problems)
    return problems.located(in: Array("{}".utf8), .json).map(\.pointer)
  }

  @Test(arguments: [0, 1, 127, 128, 129, 5000])
  func `a large document is told the same as a small one, in the order of its steps`(count: Int) throws {
    var expected: [String] = []
    for index in 0..<count where index % 100 == 7 {
      expected.append("/steps/\(index)/parameters/path")
      if index % 70 == 7 { expected.append("/steps/\(index)/step_type") }
    }
    #expect(try pointers(count, beside: nil) == expected)
    #expect(try pointers(count, beside: .queue(most: 3)) == expected)
  }

  @Test func `what checks slowly holds the reader back instead of piling up`() throws {
    let gate = DispatchSemaphore(value: 0)
    let checked = Observed(0)
    let slow = MissionReview(
      step: { _, parameters, _ in
        // The first step belongs to the thread beside; it goes on when the reader has done a batch itself.
        if parameters["path"] == 7 { gate.wait() }
        if checked.update({ count in
          count += 1
          return count
        }) == 128 {
          gate.signal()
        }
        return []
      }, mission: { _ in [] })
    let checks = StepChecks(slow, beside: .queue(most: 3))
    let type = try #require(LoaderSteps.catalog["create_file"])
    for index in 0..<1024 {
      checks.add(.init(index: index, declaration: type, parameters: ["path": index == 0 ? 7 : "a"]))
    }
    var problems = ProblemCollector()
    checks.finish(&problems)
    #expect(checked.value == 1024)
    #expect(problems.count == 1, "the 7 is no path")
  }
}
