import MissionModel
import Testing

@testable import Sandbox

@Suite struct PolicyFindingsTests {
  private func findings(_ change: (inout Policy) -> Void) -> [String] {
    var policy = Policy()
    change(&policy)
    return policy.findings(stepTypes: StepCatalog.specified).map { "\($0.key)[\($0.index)] \($0.message)" }
  }

  @Test func `the policy of the defaults has no rule in vain`() { #expect(findings { _ in } == []) }

  @Test func `a rule that can never match is named`() {
    #expect(
      findings {
        $0.stepTypes = .init(allow: ["comand", "http"], deny: ["http", "none_*"])
        $0.commands = .init(allow: ["git push", "bin/x"], deny: ["git", "git"])
        $0.hosts = .init(allow: ["10.0.0.0/40", "a.example"], deny: ["a.example"])
        $0.deniedPaths = ["/srv/../etc"]
      } == [
        #"policy.step_types.allow[0] the rule "comand" can never match: no step type is called so; did you mean "command"?"#,
        #"policy.step_types.allow[1] the rule "http" can never match: policy.step_types.deny denies it"#,
        #"policy.step_types.deny[1] the rule "none_*" can never match: no step type is called so"#,
        #"policy.commands.allow[0] the rule "git push" can never match: "git" of policy.commands.deny denies it"#,
        #"policy.commands.allow[1] the rule "bin/x" can never match: a program is a name or an absolute path, such as git or /usr/bin/git"#,
        #"policy.commands.deny[1] the rule "git" stands there twice; keep one"#,
        #"policy.hosts.allow[0] the rule "10.0.0.0/40" can never match: it is no name, address or network with an optional port, such as *.example.com, 10.0.0.0/8 or [::1]:80"#,
        #"policy.hosts.allow[1] the rule "a.example" can never match: policy.hosts.deny denies it"#,
        #"policy.paths.deny[0] the rule "/srv/../etc" can never match: write it as "/etc""#,
      ])
  }
}
