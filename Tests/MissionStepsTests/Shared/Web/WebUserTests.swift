import Formats
import MissionModel
import MissionSteps
import Testing

@Suite struct WebUserTests {
  private func read(_ value: JSON) -> WebUser? {
    var reader = ParameterReader(["auth": value], for: .running)
    return reader.optional("auth", .webUser, "")
  }

  @Test func `both ways of saying who one is are read`() {
    #expect(read(["bearer": "t"]) == .bearer("t"))
    #expect(
      read(["basic": ["username": "u", "password": "p:"]])
        == .basic(WebAddress.User(name: "u", password: "p:")))
  }

  @Test(
    arguments: [
      ["bearer": "a\nb"], ["bearer": "a", "basic": [:]], [:], "x", ["basic": ["username": "u"]],
      ["basic": ["username": "u:", "password": ""]], ["basic": ["username": "u", "password": "\r"]],
    ] as [JSON])
  func `what cannot be sent is refused`(value: JSON) {
    #expect(read(value) == nil)
  }
}
