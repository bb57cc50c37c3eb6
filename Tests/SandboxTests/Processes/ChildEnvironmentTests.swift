import Testing

@testable import Sandbox

@Suite struct ChildEnvironmentTests {
  private let daemon = [
    "PATH": "/bin", "HOME": "/root", "USER": "u", "LANG": "C", "TZ": "UTC", "TMPDIR": "/t",
    "SSH_AUTH_SOCK": "/s",
    "EXTRA": "e", "SECRET": "x", "NOTIFY_SOCKET": "n", "LISTEN_FDS": "1", "WATCHDOG_USEC": "1", "TMOUT": "5",
    "CREDENTIALS_DIRECTORY": "c", "MISSIOND_LISTEN": "m",
  ]

  @Test func `the usual names pass, and those of the configuration`() {
    let environment = ChildEnvironment(inherited: daemon, passed: ["EXTRA", "NOTIFY_SOCKET"])
    #expect(
      environment.variables(for: "make", own: [])
        == ["EXTRA=e", "HOME=/root", "LANG=C", "PATH=/bin", "TMPDIR=/t", "TZ=UTC", "USER=u"])
  }

  @Test func `the agent's socket is for ssh and git`() {
    let environment = ChildEnvironment(inherited: daemon)
    #expect(environment.variables(for: "/usr/bin/git", own: []).contains("SSH_AUTH_SOCK=/s"))
    #expect(!environment.variables(for: "make", own: []).contains("SSH_AUTH_SOCK=/s"))
  }

  @Test func `everything passes at the command line but what is the daemon's own`() {
    let names = ChildEnvironment(inherited: daemon, passesAll: true).variables(for: "make", own: [])
      .map { $0.prefix { $0 != "=" } }
    #expect(names == ["EXTRA", "HOME", "LANG", "PATH", "SECRET", "SSH_AUTH_SOCK", "TMPDIR", "TZ", "USER"])
  }

  @Test func `the step's own win, and without inheritance only PATH is there`() {
    let environment = ChildEnvironment(inherited: daemon, home: "/h")
    #expect(environment.variables(for: "x", own: [("A", "1")], inherits: false) == ["A=1", "PATH=/bin"])
    #expect(environment.variables(for: "x", own: [("HOME", "/mine")]).contains("HOME=/mine"))
    #expect(environment.variables(for: "x", own: []).contains("HOME=/h"))
    #expect(environment.path(own: [("PATH", "/own")]) == "/own")
  }
}
