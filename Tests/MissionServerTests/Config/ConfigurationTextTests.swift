import Foundation
import Testing

@testable import MissionServer

@Suite struct ConfigurationTextTests {
  @Test func `the documented file gives the defaults`() throws {
    let configuration = try ConfigurationReader.read(
      file: ("missiond.yaml", Array(ConfigurationText.defaults.utf8)), environment: [:])
    #expect(configuration == Configuration())
  }

  /// After a change of the table: `WRITE_CONFIGURATION=1 swift test --filter ConfigurationTextTests`.
  @Test func `Config/missiond_yaml is the table of settings`() throws {
    let path = URL(fileURLWithPath: #filePath).appendingPathComponent(
      "../../../../Config/missiond.yaml"
    ).standardized.path
    let text = ConfigurationText.defaults
    if ProcessInfo.processInfo.environment["WRITE_CONFIGURATION"] != nil {
      try text.write(toFile: path, atomically: true, encoding: .utf8)
    }
    #expect(try String(contentsOfFile: path, encoding: .utf8) == text)
  }
}
