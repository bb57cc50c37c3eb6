import Formats
import MissionModel
import MissionSteps
import Testing

@Suite struct NameFilterTests {
  private func read(_ glob: String) -> (NameFilter?, [String]) {
    var reader = ParameterReader(["glob": .string(glob)], for: .checking)
    let filter = NameFilter.read(&reader, "glob", "Which names.")
    return (filter, reader.problems.map(\.message))
  }

  @Test func `a glob without a slash is about names, one with it about paths`() throws {
    let names = try #require(read("*.rs").0)
    #expect(names.matches(name: "a.rs", path: "src/a.rs"))
    #expect(!names.looksAtPaths)
    let paths = try #require(read("src/*.rs").0)
    #expect(paths.matches(name: "a.rs", path: "src/a.rs"))
    #expect(!paths.matches(name: "a.rs", path: "lib/a.rs"))
  }

  @Test func `a broken glob is a problem of the parameters`() {
    #expect(read("[a").1.first?.hasPrefix("is no glob: ") == true)
    #expect(read("{{ x }}").1 == [])
  }
}
