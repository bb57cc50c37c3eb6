import Posix
import Testing

@testable import Sandbox

@Suite struct BubblewrapTests {
  private let rules: [Landlock.Rule] = [
    .init(.write, "/w/job"), .init(.read, "/w"), .init(.read, "/proc"), .init(.device, "/dev/null"),
  ]

  @Test func `folders are mounted before what lies in them, and /proc and /dev are its own`() {
    let words = Bubblewrap(
      rules: rules, links: [("/bin", "usr/bin")], sharesNetwork: false, directory: "/w/job"
    ).arguments(for: "/usr/bin/make", ["-j", "2"])
    #expect(
      words == [
        "--unshare-user", "--unshare-pid", "--unshare-ipc", "--unshare-uts", "--unshare-cgroup-try",
        "--die-with-parent", "--unshare-net", "--ro-bind-try", "/w", "/w", "--bind-try", "/w/job", "/w/job",
        "--symlink", "usr/bin", "/bin", "--proc", "/proc", "--dev", "/dev", "--chdir", "/w/job", "--",
        "/usr/bin/make", "-j", "2",
      ])
  }

  @Test func `the network is kept only where it is said`() {
    let shared = Bubblewrap(rules: [], links: [], sharesNetwork: true, directory: "/")
    #expect(!shared.arguments(for: "a", []).contains("--unshare-net"))
  }
}
