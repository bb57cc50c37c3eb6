import Formats
import MissionModel
import TestSupport
import Testing

@Suite struct DocumentLoaderTests {
  private func problems(
    _ text: String, as format: DocumentFormat? = nil, limits: Limits = Limits()
  ) -> [String] {
    do throws(ValidationError) {
      _ = try DocumentLoader(catalog: LoaderSteps.catalog, limits: limits).load(Array(text.utf8), as: format)
      return []
    } catch {
      return error.problems.map { "\($0.line):\($0.column) \($0.pointer): \($0.message)" }
    }
  }

  private func mission(steps: Int) -> String {
    "name: n\nsteps:\n" + (0..<steps).map { "  - {id: s\($0), step_type: noop}\n" }.joined()
  }

  @Test func `parameters can be parsed again from the mission, in JSON and in YAML`() throws {
    let loader = DocumentLoader(catalog: LoaderSteps.catalog)
    let json =
      #"{"name":"n","steps":[{"id":"a","step_type":"create_file","parameters":{"path":"\u00e9\n"}}]}"#
    let yaml = "name: n\nsteps:\n  - id: a\n    step_type: create_file\n    parameters: {path: \"é\\n\"}\n"
    for text in [json, yaml] {
      let loaded = try loader.load(Array(text.utf8))
      #expect(try loaded.mission.parameters(ofStepAt: 0) == ["path": "é\n"])
    }
  }

  @Test func `the format can be given, and then nothing else is tried`() {
    #expect(problems("{name: x, steps: [{id: a, step_type: noop}]}", as: .yaml) == [])
    #expect(
      problems("{name: x, steps: []}", as: .json)
        == ["1:2 : expected a key in double quotes, found \"n\""])
  }

  @Test func `the number of steps is limited`() {
    var limits = Limits()
    limits.maxSteps = 3
    #expect(problems(mission(steps: 3), limits: limits) == [])
    #expect(
      problems(mission(steps: 4), limits: limits) == ["3:3 /steps: a mission has at most 3 steps, not 4"])
  }

  @Test func `the number of dependencies is limited`() {
    var limits = Limits()
    let text = mission(steps: 3) + "  - {id: x, step_type: noop, depends_on: [s0, s1, s2]}\n"
    limits.maxEdges = 3
    #expect(problems(text, limits: limits) == [])
    limits.maxEdges = 2
    #expect(problems(text, limits: limits) == ["3:3 /steps: a mission has at most 2 dependencies, not 3"])
  }

  @Test func `the document, its scalars and its depth are limited`() {
    var limits = Limits()
    let text = mission(steps: 1)
    limits.maxMissionBytes = text.utf8.count
    #expect(problems(text, limits: limits) == [])
    limits.maxMissionBytes -= 1
    #expect(
      problems(text, limits: limits) == [
        "0:0 : the document has \(text.utf8.count) bytes: the limit is \(text.utf8.count - 1)"
      ])
    limits = Limits()
    limits.maxScalarBytes = 4
    limits.maxDepth = 2
    #expect(problems("name: abcde", limits: limits) == ["1:7 : a scalar of 5 bytes is over the limit of 4"])
    #expect(
      problems("a: [[1]]", limits: limits) == ["1:5 : lists and maps lie more than 2 deep in each other"])
  }

  @Test func `a document full of mistakes gives the first thousand and a count`() {
    let text = "name: n\nsteps:\n" + (0..<1500).map { "  - {id: s\($0), step_type: nope}\n" }.joined()
    let found = problems(text)
    #expect(found.count == 1001)
    #expect(found.first == "3:25 /steps/0/step_type: unknown step type \"nope\"")
    #expect(found.last == "0:0 : and 500 more problems")
  }

  @Test func `a circle of many steps is shown shortened`() {
    let text =
      "name: n\nsteps:\n"
      + (0..<100).map { "  - {id: s\($0), step_type: noop, depends_on: s\(($0 + 1) % 100)}\n" }.joined()
    let found = problems(text)
    #expect(found.count == 1)
    #expect(found[0].hasPrefix("3:43 /steps/0/depends_on: steps form a cycle: s0 → s1 → s2 →"))
    #expect(found[0].hasSuffix("s19 → … 80 more … → s0"))
  }

  @Test func `a chain of ten thousand steps in reverse order loads`() throws {
    let text =
      "name: n\nsteps:\n"
      + (0..<10_000).map { "  - {id: s\($0), step_type: noop, depends_on: [s\(min($0 + 1, 9_999))]}\n" }
      .joined()
    #expect(problems(text) == ["10002:47 /steps/9999/depends_on/0: a step cannot depend on itself"])
  }

  @Test func `hostile documents end in an error`() {
    #expect(problems(String(repeating: "[", count: 1_000_000)).count == 1)
    #expect(
      problems("a: &a [x, x]\nb: &b [*a, *a]\nname: *c") == ["3:7 : no anchor &c comes before this alias"])
    #expect(problems("name: \u{1}").count == 1)
    #expect(problems("{\"name\": \"\\u0000\"}", as: .json) == ["1:11 : a string cannot contain U+0000 here"])
    #expect(problems("") == ["1:1 : the document is empty"])
    let keys = (0..<20_000).map { "k\($0): 1" }.joined(separator: ", ")
    #expect(problems("name: n\nsteps: [{id: a, step_type: noop, \(keys)}]").count == 1001)
  }

  @Test func `random documents never crash it`() {
    var random = SeededBytes(seed: 5)
    let pieces = [
      "name: n\n", "steps:\n", "  - id: a\n", "    step_type: noop\n", "    depends_on: [a, b]\n", "  - ",
      "id: b",
      "\n", "config: {", "}", "parameters: ", "1", "~", "[", "]", "{", ",", "*x", "&x ", "<<: ",
      "version: 1.0\n",
    ]
    for _ in 0..<3000 {
      let text = (0..<Int.random(in: 0...16, using: &random)).map { _ in
        pieces.randomElement(using: &random) ?? ""
      }
      _ = problems(text.joined())
    }
  }
}
