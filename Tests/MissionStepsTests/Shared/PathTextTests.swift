import MissionSteps
import Testing

@Suite struct PathTextTests {
  @Test(arguments: [("a/b", "b"), ("a/", "a"), ("/", "/"), ("a", "a")])
  func `the last name is found`(path: String, name: String) { #expect(PathText.name(path) == name) }

  @Test(arguments: [(".", "x", "x"), ("a", "x", "a/x"), ("a/", "x", "a/x"), ("/", "x", "/x")])
  func `entries are joined to their folder`(folder: String, entry: String, path: String) {
    #expect(PathText.join(folder, entry) == path)
  }
}
