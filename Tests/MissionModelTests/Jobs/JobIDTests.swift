import MissionModel
import Testing

@Suite struct JobIDTests {
  @Test func `a canonical UUID is an id`() {
    #expect(
      JobID("01890000-0000-7000-8000-00000000abcd")?.description == "01890000-0000-7000-8000-00000000abcd")
  }

  @Test(arguments: [
    "", "01890000-0000-7000-8000-00000000abc", "01890000-0000-7000-8000-00000000ABCD",
    "01890000x0000-7000-8000-00000000abcd", "../../etc/passwd", "01890000-0000-7000-8000-00000000abcd\n",
  ])
  func `anything else is none`(text: String) {
    #expect(JobID(text) == nil)
  }
}
