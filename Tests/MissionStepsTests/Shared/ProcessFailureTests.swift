import MissionModel
import MissionSteps
import Testing

@Suite struct ProcessFailureTests {
  @Test func `the end of stderr begins with a whole line`() {
    let text = (0..<1000).map { "line \($0)\n" }.joined()
    let shown = ProcessFailure.endOfText(Array(text.utf8))
    #expect(shown.hasPrefix("… line "))
    #expect(shown.hasSuffix("line 999"))
    #expect(shown.utf8.count <= 2048 + 4)
  }

  @Test func `nothing on stderr is nothing in the message`() {
    let output = ProcessOutput(ending: .exited(code: 130))
    #expect(
      ProcessFailure.message("sh", output) == "run sh: exited with code 130 (its shell reports SIGINT)")
  }

  @Test(arguments: [
    ("TERM", 15), ("SIGKILL", 9), ("hup", 1), ("31", 31), ("64", 64), ("65", nil), ("X", nil),
  ])
  func `a signal has a name and a number`(name: String, number: Int32?) {
    #expect(SignalName.number(name) == number)
  }

  @Test func `a signal without a name is told by its number`() {
    #expect(SignalName.of(15) == "SIGTERM")
    #expect(SignalName.of(40) == "signal 40")
  }
}
