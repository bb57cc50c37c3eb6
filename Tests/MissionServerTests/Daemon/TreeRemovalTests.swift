import Foundation
import TestSupport
import Testing

@testable import MissionServer

@Suite struct TreeRemovalTests {
  @Test func `a tree goes whole, and what its links point to stays`() throws {
    let directory = try TemporaryDirectory()
    _ = try directory.write("x", to: "kept/file")
    _ = try directory.write("x", to: "tree/a/b/c/file")
    try FileManager.default.createSymbolicLink(
      atPath: directory / "tree/link", withDestinationPath: directory / "kept")
    chmod(directory / "tree/a/b", 0o000)
    #expect(TreeRemoval.remove(directory / "tree"))
    #expect(!directory.contains("tree"))
    #expect(directory.contains("kept/file"))
  }

  @Test func `what is not there is gone already`() throws {
    let directory = try TemporaryDirectory()
    #expect(TreeRemoval.remove(directory / "nothing"))
  }
}
