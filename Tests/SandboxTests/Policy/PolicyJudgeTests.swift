import Posix
import Testing

@testable import Sandbox

@Suite struct PolicyJudgeTests {
  private func judge(_ change: (inout Policy) -> Void = { _ in }) -> PolicyJudge {
    var policy = Policy()
    change(&policy)
    return PolicyJudge(policy, readable: ["/data"], writable: ["/srv/builds"])
  }

  private func refusal(_ line: [String], _ change: (inout Policy) -> Void = { _ in }) -> PolicyDenial? {
    let judge = judge(change)
    return judge.refusal(of: CommandAnalysis.commands(line[0], Array(line.dropFirst()))) {
      judge.leadsOutside(argument: $0, directory: "/w/job", workspace: "/w/job")
    }
  }

  @Test(arguments: [
    ["rm", "-rf", "/"], ["rm", "-fr", "/srv"], ["rm", "-r", "-f", "../.."], ["rm", "-rf", "~"],
    ["sudo", "rm", "--recursive", "/etc"], ["sh", "-c", "cd / && rm -rf /usr"], ["mkfs.ext4", "/dev/sda"],
    ["dd", "if=x", "of=/dev/sda"], ["shutdown", "now"], ["systemctl", "reboot"], ["kill", "-9", "-1"],
    ["chmod", "-R", "777", "/"], ["chown", "-R", "a:b", "/etc"], ["find", "/", "-delete"],
    ["xargs", "rm", "-rf", "/home"], ["nice", "-n", "3", "poweroff"], ["env", "X=1", "reboot"],
    ["bash", "-c", "$(mkfs /dev/sdb)"], ["crontab", "-r"],
  ])
  func `what destroys a host is denied`(line: [String]) {
    #expect(refusal(line) != nil)
  }

  @Test(arguments: [
    ["rm", "-rf", "build"], ["rm", "-rf", "."], ["rm", "-rf", "/w/job/build"],
    ["rm", "-rf", "/srv/builds/x"],
    ["rm", "-rf", "/tmp/x"], ["rm", "file"], ["make", "-r", "/usr"], ["dd", "if=/dev/zero", "of=disk.img"],
    ["chmod", "-R", "u+w", "src"], ["kill", "-9", "1234"], ["find", ".", "-delete"],
    ["echo", "rm", "-rf", "/"],
    ["systemctl", "status", "x"], ["sh", "-c", "rm -rf build && make"], ["rm", "-rf", "$DIR"],
    ["git", "init"],
  ])
  func `what builds do is allowed`(line: [String]) {
    #expect(refusal(line) == nil)
  }

  @Test func `a denial names the rule and the way to allow it`() {
    let denial = refusal(["sudo", "rm", "-rf", "/srv"])
    #expect(denial?.reason == #""rm -rf /srv" is denied by the rule "rm -r|-R|--recursive {outside}""#)
    #expect(
      denial?.wayOut == "to allow it, take the rule out of policy.commands.deny in missiond.yaml")
  }

  @Test func `with a list of allowed commands nothing else runs, whoever starts it`() {
    func only(_ policy: inout Policy) { policy.commands.allow = ["make", "git status", "sh"] }
    #expect(refusal(["make", "all"], only) == nil)
    #expect(refusal(["git", "-C", "x", "status"], only) == nil)
    #expect(
      refusal(["git", "push"], only)?.reason == #""git push" is named by no rule of policy.commands.allow"#)
    #expect(refusal(["sh", "-c", "make; curl x"], only) != nil)
    #expect(
      refusal(["rm", "-rf", "/"]) { $0.commands = .init(allow: ["rm"], deny: ["rm {outside}"]) } != nil)
  }

  @Test func `step types are allowed and denied by name`() {
    #expect(judge().refusal(ofType: "http") == nil)
    let strict = judge { $0.stepTypes = .init(allow: ["git_*", "command"], deny: ["git_merge"]) }
    #expect(strict.refusal(ofType: "git_diff") == nil)
    #expect(strict.refusal(ofType: "http")?.reason.contains("policy.step_types.allow") == true)
    #expect(
      strict.refusal(ofType: "git_merge")?.reason
        == #"the step type git_merge is denied by the rule "git_merge""#)
  }

  @Test(arguments: [
    ("a/b", true, nil as String?, true), ("../x", true, nil, false), ("a/../../x", true, nil, false),
    ("/etc/passwd", false, nil, false), ("/data/x", false, nil, true), ("/data/x", true, nil, false),
    ("/srv/builds/x", true, nil, true), ("/srv/builds/../x", true, nil, false),
    ("/w/job/x", true, "/w/job", true), ("../job/x", true, "/w/job", true), ("../x", true, "/w/job", false),
    ("/proc/self/root/etc/passwd", false, nil, false), ("/srv/builds/secret/x", false, nil, false),
    ("/srv/buildsx", true, nil, false),
  ])
  func `paths are judged by where they lead`(path: String, isWrite: Bool, workspace: String?, isAllowed: Bool)
  {
    let judge = judge { $0.deniedPaths = ["/srv/builds/secret"] }
    #expect((judge.refusal(ofPath: path, isWrite: isWrite, workspace: workspace) == nil) == isAllowed)
  }

  @Test func `a link inside the workspace that leads out is outside`() {
    let judge = PolicyJudge(Policy()) { $0 == "/w/job/out" ? "/etc" : $0 }
    #expect(judge.leadsOutside(argument: "out", directory: "/w/job", workspace: "/w/job"))
    #expect(!judge.leadsOutside(argument: "in", directory: "/w/job", workspace: "/w/job"))
  }

  private func address(_ host: String, _ port: UInt16 = 80) throws -> SocketAddress {
    try #require(SocketAddress(host: host, port: port))
  }

  @Test func `the second answer of a name is judged like the first`() throws {
    let judge = judge { $0.hosts.allow = ["example.com", "10.0.0.0/8"] }
    #expect(judge.refusal(ofHost: "example.com", port: 443) == nil)
    #expect(try judge.refusal(of: address("93.184.216.34"), asked: "example.com", port: 80) == nil)
    let metadata = try judge.refusal(of: address("169.254.169.254"), asked: "example.com", port: 80)
    #expect(
      metadata?.reason
        == #"example.com, which leads to 169.254.169.254:80 is denied by the rule "169.254.169.254""#)
    #expect(judge.refusal(ofHost: "other.example", port: 80) == nil, "it may lead to 10.0.0.0/8")
    #expect(try judge.refusal(of: address("10.1.1.1"), asked: "other.example", port: 80) == nil)
    #expect(try judge.refusal(of: address("8.8.8.8"), asked: "other.example", port: 80) != nil)
    #expect(judge.refusal(ofHost: "8.8.8.8", port: 80) != nil, "an address leads to itself")
  }

  @Test(arguments: [
    "169.254.169.254", "2852039166", "0xA9FEA9FE", "0251.0376.0251.0376", "169.254.43518",
    "::ffff:169.254.169.254", "[::ffff:a9fe:a9fe]", "fd00:ec2::254", "64:ff9b::a9fe:a9fe",
  ])
  func `metadata services are denied by default, however they are spelled`(host: String) {
    #expect(judge().refusal(ofHost: host, port: 80) != nil)
    #expect(judge { $0.hosts.deny = [] }.refusal(ofHost: host, port: 80) == nil)
  }

  @Test(arguments: [
    "127.0.0.1", "2130706433", "0x7f000001", "127.1", "::1", "::ffff:127.0.0.1", "0177.0.0.1",
  ])
  func `a denied loopback is denied in every spelling`(host: String) {
    #expect(judge { $0.hosts.deny = ["127.0.0.0/8", "::1"] }.refusal(ofHost: host, port: nil) != nil)
  }

  @Test(arguments: [
    ("a/./b//c", nil as String?, "a/b/c"), ("../../a", nil, "../../a"), ("a/..", nil, ""),
    ("/../a", nil, "/a"), ("x", "/w", "/w/x"), ("../x", "/w", "/x"), ("/a/b/../c/", nil, "/a/c"),
    ("/", nil, "/"), ("", nil, ""), (".", nil, ""), ("/a/.", nil, "/a"), ("a/", nil, "a"),
    ("//a", nil, "/a"), (".a/..b/c../...", nil, ".a/..b/c../..."), ("/a/.b/..", nil, "/a"),
  ])
  func `paths are made plain`(path: String, directory: String?, plain: String) {
    #expect(PathText.normalized(path, in: directory) == plain)
  }
}
