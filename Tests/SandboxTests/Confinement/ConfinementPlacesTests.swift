import Foundation
import Posix
import TestSupport
import Testing

@testable import Sandbox

@Suite struct ConfinementPlacesTests {
  private let directory: TemporaryDirectory

  init() throws {
    directory = try TemporaryDirectory()
    try directory.write("", to: "read/open/file")
    try directory.write("", to: "read/state/workspaces/1/file")
    try directory.write("", to: "read/state/missiond.db")
    try directory.write("", to: "write/file")
    try directory.write("", to: "tmp/file")
    try FileManager.default.createSymbolicLink(
      atPath: directory / "read/link", withDestinationPath: directory / "read/state")
  }

  private var places: ConfinementPlaces {
    ConfinementPlaces(
      readable: [directory / "read"], writable: [directory / "write"], temporary: directory / "tmp",
      forbidden: [directory / "read/state"])
  }

  @Test func `a folder that holds something hidden is opened entry by entry, without links`() {
    let own = places.rules(workspace: directory / "read/state/workspaces/1").filter {
      $0.path.hasPrefix(directory.path)
    }
    #expect(
      own == [
        .init(.read, directory / "read/open"), .init(.write, directory / "write"),
        .init(.write, directory / "tmp"), .init(.write, directory / "read/state/workspaces/1"),
      ])
  }

  @Test func `the system can be read; homes cannot`() {
    let rules = places.rules(workspace: "/w")
    #expect(rules.contains(.init(.read, "/usr")) && rules.contains(.init(.read, "/etc")))
    #expect(!rules.contains { ["/", "/root", "/home", "/dev", "/run", "/boot", "/mnt"].contains($0.path) })
    #expect(rules.contains(.init(.device, "/dev/null")))
    #expect(rules.filter { $0.access == .write }.allSatisfy { !$0.path.hasPrefix("/usr") })
  }

  @Test func `a hidden place inside of one that may be written to is a conflict`() {
    #expect(places.conflict() == nil)
    var bad = places
    bad.forbidden.append(directory / "tmp/state")
    let conflict = bad.conflict()
    #expect(conflict?.root == directory / "tmp" && conflict?.forbidden == directory / "tmp/state")
    bad = places
    bad.temporary = "/"
    #expect(bad.conflict()?.root == "/")
  }

  @Test func `a path is followed as far as it exists`() {
    #expect(
      ConfinementPlaces.deepestRealPath(directory / "read/link/new/file") == directory / "read/state/new/file"
    )
    #expect(ConfinementPlaces.deepestRealPath("/no/such/../place") == "/no/place")
  }
}
