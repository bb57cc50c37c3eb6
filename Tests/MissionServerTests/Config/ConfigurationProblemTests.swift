import Testing

@testable import MissionServer

@Suite struct ConfigurationProblemTests {
  @Test func `a problem says where it was said`() {
    #expect(
      ConfigurationProblem(.file("a.yaml", line: 3, column: 7), "is bad").description == "a.yaml:3:7: is bad")
    #expect(
      ConfigurationProblem(.file("a.yaml", line: 0, column: 0), "is bad").description == "a.yaml: is bad")
    #expect(ConfigurationProblem(.variable("MISSIOND_X"), "is bad").description == "MISSIOND_X: is bad")
    #expect(ConfigurationProblem(.flag("--x"), "is bad").description == "--x: is bad")
  }
}
