import Formats
import TestSupport
import Testing

@testable import MissionModel

@Suite(.timeLimit(.minutes(1))) struct StepsReadingTests {
  /// What a loader says of a document: its steps with their parameters, or its problems.
  private func said(_ document: String, bySide: Bool, limits: Limits = Limits()) -> [String] {
    let loader = DocumentLoader(
      catalog: LoaderSteps.catalog, limits: limits, makeSide: bySide ? SideThread.oneAtATime : nil,
      largeBytes: 0)
    do throws(ValidationError) {
      let mission = try loader.load(Array(document.utf8), as: .yaml).mission
      return mission.steps.map { step in
        let parameters = String(decoding: mission.source[step.parameters], as: UTF8.self)
        return "\(step.id) \(step.type) \(step.dependsOn) \(parameters)"
      }
    } catch {
      return error.problems.map { "\($0.line):\($0.column) \($0.pointer): \($0.message)" }
    }
  }

  private func expectSame(_ document: String, count: Int? = nil, limits: Limits = Limits()) {
    let expected = said(document, bySide: false, limits: limits)
    #expect(said(document, bySide: true, limits: limits) == expected)
    if let count { #expect(expected.count == count) }
  }

  private func step(_ number: Int, _ path: String = "a") -> String {
    let before = number > 0 ? "depends_on: [s\(number - 1)], " : ""
    return "  - {id: s\(number), step_type: create_file, \(before)parameters: {path: \(path)}}\n"
  }

  private func document(_ steps: some Sequence<Int>, rest: String = "") -> String {
    "name: n\nsteps:\n" + steps.map { step($0) }.joined() + rest
  }

  @Test(arguments: [1, 127, 128, 129, 1000])
  func `steps that are read ahead are the same`(count: Int) {
    expectSame(document(0..<count), count: count)
    expectSame(document(0..<count, rest: "description: last\nversion: \"1.0\"\n"), count: count)
    expectSame(
      "steps:\n" + (0..<count).map { step($0, "\"\\u00e9\\n\"") }.joined() + "name: n\n", count: count)
  }

  @Test func `problems have the same places, wherever they are`() {
    var steps = (0..<300).map { step($0) }
    steps[2] = "  - {id: s2, step_type: create_fil, parameters: {path: 1}}\n"
    steps[130] = "  - {id: s1, step_type: http, parameters: {retries: 11}}\n"
    steps[299] = "  - 7\n"
    expectSame("name: n\nsteps:\n" + steps.joined() + "odd: 1\n", count: 7)
  }

  @Test func `aliases, merged steps and lists that stand elsewhere are the same`() {
    expectSame("name: n\nsteps:\n  - &a {id: a, step_type: noop}\n  - {<<: *a, id: b}\n", count: 2)
    expectSame("context: {x: &l [{id: a, step_type: noop}]}\nname: n\nsteps: *l\n", count: 1)
    expectSame("<<: {steps: [{id: a, step_type: noop}]}\nname: n\n", count: 1)
    expectSame(
      "<<: {steps: [{id: a, step_type: noop}]}\nname: n\nsteps: [{id: b, step_type: noop}]\n", count: 1)
    expectSame("name: n\ncontext: {steps: [{id: a}]}\nsteps: [{id: b, step_type: noop}]\n", count: 1)
    expectSame("name: n\nsteps: 1\n", count: 1)
    expectSame("name: n\nsteps: []\n", count: 1)
    expectSame("- name: n\n- steps: [{id: b, step_type: noop}]\n", count: 1)
  }

  @Test func `text that is no YAML is told as such, after many steps too`() {
    expectSame(document(0..<400, rest: "\tx: 1\n"), count: 1)
    expectSame(document(0..<400, rest: "name: twice\n"), count: 1)
  }

  @Test func `the number of steps is limited in the same way`() {
    var limits = Limits()
    for most in [127, 128, 129, 299, 300] {
      limits.maxSteps = most
      expectSame(document(0..<300), limits: limits)
    }
  }
}
