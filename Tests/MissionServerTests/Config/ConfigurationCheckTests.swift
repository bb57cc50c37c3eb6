import Foundation
import TestSupport
import Testing

@testable import MissionServer

@Suite struct ConfigurationCheckTests {
  private let directory: TemporaryDirectory

  init() throws {
    directory = try TemporaryDirectory()
    try directory.write("", to: "state/file")
    try directory.write("", to: "tmp/file")
  }

  private func problems(_ text: String, environment: [String: String] = [:]) throws -> [String] {
    let bytes = Array(text.utf8)
    var variables = ["PATH": "/usr/bin:/bin", "TMPDIR": directory / "tmp"]
    variables.merge(environment) { $1 }
    let own = variables.filter { $0.key.hasPrefix("MISSIOND_") }
    do throws(ConfigurationError) {
      _ = try ConfigurationReader.read(
        file: ("m.yaml", bytes), environment: own,
        check: { ConfigurationCheck.problems(of: $0, variables) })
      return []
    } catch { return error.problems.map(\.description) }
  }

  @Test func `a variable that no step ever gets, and a socket's path that is too long, are errors`() throws {
    let path = "/" + String(repeating: "x", count: 107)
    #expect(
      try problems("environment: {pass: [HOMES, MISSIOND_X, LISTEN_FDS]}\nsocket: {path: \(path)}") == [
        "m.yaml:1:29: environment.pass: MISSIOND_X is the daemon's own and never given to steps; take it out",
        "m.yaml:1:41: environment.pass: LISTEN_FDS is the daemon's own and never given to steps; take it out",
        "m.yaml:2:10: socket.path: 108 bytes are more than the 107 that the kernel takes; "
          + "choose a shorter one",
      ])
    #expect(try problems("socket: {path: \(path.dropLast())}") == [])
  }

  @Test func `a rule that can never match is an error with its line`() throws {
    #expect(
      try problems(
        """
        policy:
          hosts:
            deny:
              - 10.0.0.0/8
              - 10.0.0.0/99
          step_types: {deny: [htp]}
        """) == [
          "m.yaml:6:23: policy.step_types.deny: the rule \"htp\" can never match: no step type is called so; "
            + "did you mean \"http\"?",
          "m.yaml:5:9: policy.hosts.deny: the rule \"10.0.0.0/99\" can never match: it is no name, address "
            + "or network with an optional port, such as *.example.com, 10.0.0.0/8 or [::1]:80",
        ])
  }

  @Test func `addresses and names that cannot be used are errors with their lines`() throws {
    let text = """
      listen:
        - 127.0.0.1:0
        - 127.0.0.1:99999
        - 0.0.0.0:80
      hosts: [build.example, "https://build.example"]
      """
    let found = try problems(text)
    #expect(
      found == [
        "m.yaml:3:5: listen on \"127.0.0.1:99999\": no address; write it as 127.0.0.1:7433 or [::1]:7433",
        "m.yaml:4:5: listen on 0.0.0.0:80: others than this host could run commands here; use a loopback "
          + "address such as 127.0.0.1:7433, or set auth.tokens_file",
        "m.yaml:5:24: hosts: \"https://build.example\" can never match: it is no name or address; "
          + "write it without scheme and port",
      ])
    #expect(try problems("listen: [\"0.0.0.0:80\"]\nauth: {tokens_credential: t}\n") == [])
  }

  @Test func `a root that does not exist is an error with its line`() throws {
    #expect(
      try problems(
        "paths:\n  read: [/usr, /no/such]\n  write: [/etc/hostname]\nenvironment: {home: /no/home}\n"
          + "policy: {paths: {deny: [/no/place]}}\n") == [
          "m.yaml:2:16: paths.read: /no/such is no folder that exists; make it, or take it out",
          "m.yaml:3:11: paths.write: /etc/hostname is no folder that exists; make it, or take it out",
          "m.yaml:5:25: policy.paths.deny: /no/place does not exist; take it out, or correct it",
          "m.yaml:4:15: environment.home: /no/home is no folder that exists; make it",
        ])
  }

  @Test func `a variable's problem names the variable`() throws {
    #expect(
      try problems("", environment: ["MISSIOND_PATHS_READ": "/no/such"]) == [
        "MISSIOND_PATHS_READ: paths.read: /no/such is no folder that exists; make it, or take it out"
      ])
  }

  @Test func `a sandbox that this host cannot make is an error with the reason`() throws {
    #expect(try problems("state_dir: \(directory / "state")\nsandbox: landlock\n") == [])
    #expect(
      try problems("sandbox: bubblewrap\n", environment: ["PATH": directory.path]) == [
        "m.yaml:1:1: sandbox: bwrap is not in PATH; install bubblewrap"
      ])
  }

  @Test func `a state directory that steps could write to is an error`() throws {
    let state = directory / "tmp/state"
    try FileManager.default.createDirectory(atPath: state, withIntermediateDirectories: true)
    #expect(try problems("state_dir: \(state)\n") == [])
    #expect(
      try problems("state_dir: \(state)\nsandbox: landlock\n") == [
        "m.yaml:2:1: sandbox: \(state) must stay closed and lies in \(directory / "tmp"), which steps may "
          + "write to; put it elsewhere, or set TMPDIR to another folder"
      ])
  }
}
