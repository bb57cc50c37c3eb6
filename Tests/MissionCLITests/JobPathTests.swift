import Testing

@testable import MissionCLI

@Suite struct JobPathTests {
  private func id(_ word: String) throws -> String {
    try JobPath.id(Arguments([word], flags: [], operands: [Operand("ID", "The job's id.")]))
  }

  @Test func `an id is taken in any case`() throws {
    #expect(try id("01890000-0000-7000-8000-00000000ABCD") == "01890000-0000-7000-8000-00000000abcd")
  }

  @Test func `what is no id is refused before anybody is asked, and shows no control character`() {
    let error = #expect(throws: CommandError.self) { try id("../x\u{1B}") }
    #expect(error?.status == .usage)
    #expect(error?.message == #""../x\x1b" is no job id; mission list shows them"#)
  }
}
