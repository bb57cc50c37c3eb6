import MissionCLI
import MissionKit
import MissionModel
import MissionServer
import Sandbox
import Testing

@Suite struct SafetyTextTests {
  @Test func `a report reads as paragraphs, with what is denied at the end`() throws {
    let document = Array(
      """
      name: x
      steps:
        - {id: a, step_type: command, parameters: {command: "rm -rf /srv", stdin: "{{secret.t}}"}}
        - {id: b, step_type: noop}
      """.utf8)
    let loaded = try DocumentLoader(catalog: BuiltinCatalog.catalog).load(document)
    var configuration = Configuration()
    configuration.confinement.sandbox = .landlock
    let report = configuration.safetyReport(
      loaded.mission, in: document, loaded.format, catalog: BuiltinCatalog.catalog)
    #expect(
      SafetyText.text(report, file: "x.yaml") == """
        x.yaml: risk high, sandbox landlock

        a  command  risk high: the policy says no, it runs programs, inside landlock, it is handed secrets
          programs   rm
          secrets    t
          not known  what its programs read, write and start themselves

        b  noop  risk low: it changes nothing

        denied
          line 3, column 55: /steps/0/parameters/command: "rm -rf /srv" is denied by the rule \
        "rm -r|-R|--recursive {outside}"; to allow it, take the rule out of policy.commands.deny in \
        missiond.yaml

        note: the policy is a guard against mistakes; the sandbox is the boundary, and without one a program \
        can do all that its user can

        """)
  }
}
