import Formats
import Testing

@testable import MissionServer

@Suite struct SettingKindTests {
  @Test func `bytes are read with and without units, and written as people read them`() {
    let kind = SettingKind.bytes(1024...(1 << 30))
    #expect(kind.read("2 KiB") == 2048)
    #expect(kind.read(4096) == 4096)
    #expect(kind.read("1023") == nil)
    #expect(kind.read("2 parsecs") == nil)
    #expect(kind.write(16 << 20) == "16 MiB")
    #expect(kind.write(1025) == 1025)
    #expect(kind.form == "bytes such as \"16 MiB\", from 1 KiB to 1 GiB")
  }

  @Test func `what may be missing reads null and an empty text`() {
    let kind = SettingKind.absolutePath.orNone
    #expect(kind.read(.null) == .some(nil))
    #expect(kind.read("/x") == "/x")
    #expect(kind.read("x") == nil)
    #expect(kind.parse("") == .null)
  }

  @Test func `a list is refused for one bad element`() {
    let kind = SettingKind.integer(0...9).list
    #expect(kind.read([1, 2]) == [1, 2])
    #expect(kind.read([1, 20]) == nil)
    #expect(kind.read(1) == nil)
    #expect(kind.parse("1, 2") == [1, 2])
  }

  @Test func `permissions are octal`() {
    #expect(SettingKind.mode.read("0660") == 0o660)
    #expect(SettingKind.mode.read("0880") == nil)
    #expect(SettingKind.mode.write(0o600) == "0600")
  }
}
