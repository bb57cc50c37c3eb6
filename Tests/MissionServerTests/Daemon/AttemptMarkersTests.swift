import MissionKit
import TestSupport
import Testing

@testable import MissionServer

@Suite struct AttemptMarkersTests {
  @Test func `a state directory keeps its markers' beginning`() throws {
    let directory = try TemporaryDirectory()
    let first = try AttemptMarkers(file: directory / "identity", identifiers: LiveIdentifiers())
    let again = try AttemptMarkers(file: directory / "identity", identifiers: LiveIdentifiers())
    #expect(first.prefix == again.prefix)
    let other = try AttemptMarkers(file: directory / "other", identifiers: LiveIdentifiers())
    #expect(other.prefix != first.prefix)
    #expect(first.make().hasPrefix(first.prefix))
    #expect(first.make().count == 36)
    #expect(first.make() != first.make())
  }

  @Test func `a torn file is made anew`() throws {
    let directory = try TemporaryDirectory()
    _ = try directory.write("zz", to: "identity")
    let markers = try AttemptMarkers(file: directory / "identity", identifiers: LiveIdentifiers())
    #expect(try directory.read("identity") == markers.prefix)
  }
}
