import MissionModel
import Testing

@testable import MissionServer
@testable import Sandbox

@Suite struct ConfigurationSafetyTests {
  @Test func `state, secrets and credentials stay closed`() {
    var configuration = Configuration()
    configuration.secrets.files = ["a": "/etc/missiond/a"]
    configuration.secrets.directory = "/etc/missiond/secrets"
    configuration.tokensFile = "/etc/missiond/tokens"
    configuration.policy.deniedPaths = ["/srv/private"]
    configuration.home = "/home/steps"
    let places = configuration.confinementPlaces(
      environment: ["CREDENTIALS_DIRECTORY": "/run/credentials/x", "TMPDIR": "/scratch"])
    #expect(
      places.forbidden == [
        "/var/lib/missiond", "/srv/private", "/etc/missiond/a", "/etc/missiond/secrets",
        "/etc/missiond/tokens", "/run/credentials/x",
      ])
    #expect(places.writableRoots == ["/scratch", "/home/steps"])
  }

  @Test func `a mission may tighten the sandbox where the host can, and never loosen it`() {
    var configuration = Configuration()
    configuration.confinement.sandbox = .landlock
    let host = ConfinementHost(
      landlock: .success(7), bubblewrap: { .failure(ConfinementGap("bwrap is not in PATH")) })
    let review = configuration.review(
      host: host, findJudge: { PolicyJudge(Policy()) }, inventory: HostInventory(path: ""))
    func problems(_ sandbox: MissionConfig.Sandbox?) -> [Problem] {
      var config = MissionConfig()
      config.sandbox = sandbox
      return review.mission(Mission(name: "x", config: config, steps: [], source: []))
    }
    #expect(problems(nil).isEmpty && problems(.landlock).isEmpty)
    #expect(problems(.off).first?.isDenial == true)
    #expect(problems(.bubblewrap).map(\.message) == ["bwrap is not in PATH"])
    #expect(problems(.bubblewrap).map(\.pointer) == ["/config/sandbox"])
    #expect(problems(.bubblewrap).first?.isDenial == false)
  }
}
