import Formats
import Testing

@testable import MissionServer

@Suite struct SettingTests {
  @Test func `no two settings share a key, a variable or a flag`() {
    let table = Settings.table
    #expect(Set(table.map(\.key)).count == table.count)
    #expect(Set(table.map(\.variable)).count == table.count)
    #expect(Set(table.map(\.flag)).count == table.count)
  }

  @Test func `no setting is a section of another`() {
    for setting in Settings.table {
      #expect(!Settings.table.contains { $0.key.hasPrefix(setting.key + ".") }, "\(setting.key)")
    }
  }

  @Test func `every default is a value that its setting takes`() {
    for setting in Settings.table {
      var configuration = Configuration()
      #expect(setting.take(setting.fallback, into: &configuration) == nil, "\(setting.key)")
      #expect(configuration == Configuration(), "\(setting.key)")
    }
  }

  @Test func `a changed setting is seen`() throws {
    let setting = try #require(Settings["retention.days"])
    var changed = Configuration()
    changed.retentionDays = 3
    #expect(setting.isChanged(from: Configuration(), to: changed))
    #expect(Settings.table.filter { $0.isChanged(from: Configuration(), to: changed) }.count == 1)
  }
}
