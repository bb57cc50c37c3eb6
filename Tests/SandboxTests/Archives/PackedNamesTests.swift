import MissionModel
import Testing

@testable import Sandbox

@Suite struct PackedNamesTests {
  @Test(arguments: [
    ("a", "a"), ("./a//b/", "a/b"), ("/srv/data", "data"), ("../../x", "x"), ("a/../b", "b"), (".", ""),
    ("..", ""), ("/", ""),
  ])
  func `sources are called as they were written, below a folder`(source: String, name: String) {
    #expect(PackedNames.name(of: source) == name)
  }

  @Test func `two sources of one name are refused`() {
    #expect(
      throws: StepFailure(
        .badParameters, "compress to x.tar: /a/b and /c/b would both be called \"b\" in the archive")
    ) { try PackedNames.make(["/a/b", "/c/b"], words: FileWords("compress to", "x.tar")) }
  }
}
