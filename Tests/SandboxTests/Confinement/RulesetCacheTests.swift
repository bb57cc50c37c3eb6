import Foundation
import Posix
import TestSupport
import Testing

@testable import Sandbox

@Suite struct RulesetCacheTests {
  private let directory: TemporaryDirectory
  private let cache = RulesetCache()

  init() throws {
    directory = try TemporaryDirectory()
    try directory.write("", to: "job/file")
    try directory.write("", to: "tmp/file")
    try directory.write("", to: "read/open/file")
    try directory.write("secret", to: "read/closed/file")
  }

  private var places: ConfinementPlaces {
    ConfinementPlaces(
      readable: [directory / "read"], temporary: directory / "tmp", forbidden: [directory / "read/closed"])
  }

  private func ruleset(
    _ places: ConfinementPlaces? = nil, workspace: String = "job", refusesNetwork: Bool = false
  ) throws -> Ruleset {
    try cache.ruleset(
      places ?? self.places, workspace: directory / workspace, refusesNetwork: refusesNetwork, version: 1)
  }

  @Test func `a job's next process gets the ruleset of the one before`() throws {
    let first = try ruleset()
    try directory.write("", to: "job/other")
    try directory.write("", to: "tmp/other")
    try directory.write("", to: "read/open/other")
    #expect(try ruleset() === first)
    #expect(try ruleset(refusesNetwork: true) !== first)
    #expect(try ruleset(workspace: "tmp") !== first)
    #expect(try ruleset(ConfinementPlaces(temporary: directory / "tmp")) !== first)
    #expect(try ruleset() === first)
  }

  @Test func `a folder that was opened entry by entry and has changed is opened anew`() throws {
    let first = try ruleset()
    try directory.write("", to: "read/new")
    let second = try ruleset()
    #expect(second !== first)
    #expect(try ruleset() === second)
  }

  @Test(arguments: ["job", "tmp", "read/closed"])
  func `a folder that is another one by now is opened anew`(name: String) throws {
    let first = try ruleset()
    rename(directory / name, directory / "away")
    try directory.write("", to: "\(name)/file")
    let second = try ruleset()
    #expect(second !== first)
    #expect(try ruleset() === second)
  }
}
