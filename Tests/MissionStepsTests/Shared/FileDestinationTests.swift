import MissionModel
import MissionSteps
import TestSupport
import Testing

@Suite struct FileDestinationTests {
  @Test func `only a file goes into a folder, and only where there is one`() async throws {
    let runner = try StepRunner()
    try runner.directory.write("", to: "d/x")
    try runner.directory.write("", to: "f")
    let cases = [
      ("d", "f", "d/f"), ("new/", "f", "new/f"), ("new", "f", "new"), ("d", "d", "d"), ("d", "no", "d"),
    ]
    for (destination, source, place) in cases {
      let files = runner.capabilities.files
      #expect(try await FileDestination.resolve(destination, for: source, in: files) == place)
    }
  }
}
