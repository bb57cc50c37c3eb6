import Testing

@testable import Sandbox

@Suite struct CommandAnalysisTests {
  private func found(_ line: [String]) -> [[String]] {
    CommandAnalysis.commands(line[0], Array(line.dropFirst())).map { [$0.names.last ?? ""] + $0.arguments }
  }

  @Test(arguments: [
    ["env", "A=1", "-u", "B", "rm", "-rf", "/"], ["sudo", "-u", "root", "-n", "rm", "-rf", "/"],
    ["nice", "-n", "5", "rm", "-rf", "/"], ["timeout", "-k", "1", "5", "rm", "-rf", "/"],
    ["xargs", "-0", "-n", "1", "rm", "-rf", "/"], ["nohup", "rm", "-rf", "/"], ["setsid", "rm", "-rf", "/"],
    ["sh", "-c", "rm -rf /"], ["bash", "-lc", "cd /; exec rm -rf /"], ["bash", "-c", "-e", "rm -rf /"],
    ["env", "-S", "rm -rf /"], ["stdbuf", "-oL", "rm", "-rf", "/"], ["busybox", "rm", "-rf", "/"],
    ["find", ".", "-exec", "rm", "-rf", "/", ";"], ["chroot", "/x", "rm", "-rf", "/"],
    ["/usr/bin/env", "nice", "sudo", "--", "sh", "-c", "echo $(rm -rf /)"],
    ["sh", "-c", "eval 'rm -rf /'"], ["time", "-p", "rm", "-rf", "/"], ["ionice", "-c3", "rm", "-rf", "/"],
    ["flock", "/tmp/lock", "rm", "-rf", "/"], ["command", "rm", "-rf", "/"],
    ["sh", "-c", "trap 'rm -rf /' EXIT"], ["script", "-qec", "rm -rf /", "/dev/null"],
    ["script", "--command=rm -rf /", "/dev/null"], ["/lib64/ld-linux-x86-64.so.2", "/bin/rm", "-rf", "/"],
    ["ld-musl-x86_64.so.1", "--library-path", "/x", "rm", "-rf", "/"],
    ["git", "-c", "alias.x=!rm -rf /", "x"], ["git", "-C", "a", "-ccore.sshCommand=rm -rf /", "fetch"],
    ["tar", "-cf", "/dev/null", "--checkpoint=1", "--checkpoint-action=exec=rm -rf /", "."],
    ["tar", "-I", "rm -rf /", "-xf", "a"], ["tar", "--to-command", "rm -rf /", "-xf", "a"],
    ["rsync", "-ave", "rm -rf /", "a", "b:"], ["ssh", "-oProxyCommand=rm -rf /", "h"],
    ["ssh", "-o", "proxycommand=rm -rf /", "h"], ["scp", "-S", "rm -rf /", "a", "h:"],
  ])
  func `the command inside is found`(line: [String]) {
    #expect(found(line).contains(["rm", "-rf", "/"]), "\(found(line))")
  }

  @Test func `a program that starts nothing is one command`() {
    #expect(found(["echo", "rm", "-rf", "/"]) == [["echo", "rm", "-rf", "/"]])
    #expect(found(["sh", "script.sh"]) == [["sh", "script.sh"]])
    #expect(found(["env"]) == [["env"]])
    #expect(found(["git", "-c", "user.name=rm", "status"]).count == 1)
    #expect(found(["tar", "-cf", "a.tar", "b"]).count == 1)
    #expect(found(["ld.so", "--list"]).count == 1)
    #expect(found(["trap"]).count == 1)
  }

  @Test func `wrappers without end end`() {
    #expect(found(Array(repeating: "env", count: 1000)).count < 20)
  }
}
