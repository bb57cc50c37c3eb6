import Formats
import MissionModel
import MissionSteps
import Testing

@Suite struct CodeParametersTests {
  @Test func `a language that is neither given nor found is asked for`() throws {
    var reader = ParameterReader(["path": "p"], for: .running)
    let parameters = CodeParameters(&reader, languages: ["c", "go"], writes: false)
    #expect(reader.problems.isEmpty)
    #expect(try parameters.language(found: "c", of: ["c", "go"], for: "lint") == "c")
    #expect {
      try parameters.language(found: nil, of: ["c", "go"], for: "lint")
    } throws: {
      ($0 as? StepFailure)?.message
        == "lint p: its files tell no language; set \"language\" to one of c, go"
    }
  }

  @Test func `a tool that changes files asks for a path to write`() {
    for (writes, access) in [(true, ParameterAccess.writePath), (false, .readPath)] {
      var reader = ParameterReader([:], for: .describing)
      _ = CodeParameters(&reader, languages: ["c"], writes: writes)
      #expect(reader.declared.first?.access == access)
    }
  }
}
