import MissionModel
import Testing

@Suite struct CommandLineTests {
  @Test func `placeholders stay in one word, whatever their blanks`() throws {
    #expect(
      try CommandLine.words(#"echo {{ a.output | default("x y") }}.txt 'b {{ c }}'"#)
        == ["echo", #"{{ a.output | default("x y") }}.txt"#, "b {{ c }}"])
  }

  @Test func `what only a shell can do is refused with the way out`() {
    #expect(
      throws: StepFailure(.badParameters, "command: \"|\" is for a shell: set shell: true, or quote it")
    ) {
      try CommandLine.words("ls | wc")
    }
  }
}
