import Testing

@testable import MissionServer

@Suite struct AccessScopeTests {
  @Test(
    arguments: [
      ("read", [.read]), ("submit,read", [.read, .submit]), ("read, admin", [.read, .admin]),
      ("read,read", [.read]), ("", nil), ("write", nil), ("read,write", nil), ("READ", nil),
    ] as [(String, [AccessScope]?)])
  func `a list of scopes is read in their order`(text: String, scopes: [AccessScope]?) {
    #expect(AccessScope.list(text) == scopes)
  }
}
