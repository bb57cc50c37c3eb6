import Formats
import MissionModel
import Sandbox
import Testing

@Suite struct NamedConnectionsTests {
  @Test func `secrets are put in, encoded`() throws {
    let filled = try NamedConnections.fill(
      ["a": "postgresql://u:{{secret.p}}@h/d", "b": "sqlite:/b.db"], secret: { _ in .value("p@ss/word") })
    #expect(filled == ["a": "postgresql://u:p%40ss%2Fword@h/d", "b": "sqlite:/b.db"])
  }

  @Test func `a secret that is not there is told with the database's name`() {
    #expect(throws: SecretsError.self) {
      try NamedConnections.fill(["a": "redis://:{{secret.x}}@h"], secret: { .missing("no \($0)") })
    }
  }

  @Test(arguments: [(nil, true), ("", true), ("{{secret.a}}", true), ("plain", false)])
  func `a password in plain words is seen`(password: String?, isFine: Bool) {
    var server = DatabaseServer(.mysql, host: "h", port: 1)
    server.password = password
    #expect(NamedConnections.holdsNoPassword(server) == isFine)
  }
}
