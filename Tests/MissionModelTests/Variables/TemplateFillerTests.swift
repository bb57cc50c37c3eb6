import Formats
import MissionModel
import TestSupport
import Testing

@Suite struct TemplateFillerTests {
  private static let scope = VariableScope { path in
    switch path[0] {
    case "a":
      VariableScope.descend(
        ["text": "x {{ b }}", "n": 5, "list": [1, ["k": true]]], path.dropFirst(), from: "a")
    case "none": .value(.null)
    default: .foreign
    }
  }

  private func fill(_ value: JSON, strict: Bool = false) throws -> (JSON, [String]) {
    var filler = TemplateFiller(Self.scope, isStrict: strict)
    return (try filler.fill(value), filler.warnings)
  }

  @Test(
    arguments: [
      ("{{ a.n }}", 5), ("n is {{ a.n }}", "n is 5"), ("{{a.list}}", [1, ["k": true]]),
      ("l={{a.list}}", "l=[1,{\"k\":true}]"),
      ("{{ a.list.1.k }}", true), ("{{ a.text }}!", "x {{ b }}!"), ("{{ a.zz | default(7) }}", 7),
      ("{{ none | default(\"y\") }}", "y"), ("{{ nobody | default([]) }}", []), ("{{{{ a }}", "{{ a }}"),
      ("{ a }", "{ a }"), ("{{ a.n | json }}", "5"), (["k": ["{{ a.n }}"]], ["k": [5]]),
    ] as [(JSON, JSON)])
  func `values keep their type alone and become text in text`(value: JSON, expected: JSON) throws {
    #expect(try fill(value).0 == expected)
  }

  @Test func `what leads nowhere says where it ended`() {
    #expect(throws: StepFailure(.badParameters, "{{ a.list.9 }}: a.list has 2 elements, and no \"9\"")) {
      try fill("{{ a.list.9 }}")
    }
    #expect(throws: StepFailure(.badParameters, "{{ a.txt }}: a has no \"txt\"; did you mean \"text\"?")) {
      try fill("{{ a.txt }}")
    }
  }

  @Test func `somebody else's template stays, with a warning`() throws {
    let (value, warnings) = try fill("{{ matrix.os }} {{ matrix.os }}")
    #expect(value == "{{ matrix.os }} {{ matrix.os }}")
    #expect(warnings == ["{{ matrix.os }} names nothing that missiond knows and stays as it is"])
    #expect(throws: StepFailure.self) { try fill("{{ matrix.os }}", strict: true) }
  }
}
