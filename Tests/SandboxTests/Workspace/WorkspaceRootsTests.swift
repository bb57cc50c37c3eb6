import Sandbox
import Testing

@Suite struct WorkspaceRootsTests {
  private let roots = WorkspaceRoots(
    workspace: bytes("/srv/job"), readable: [bytes("/usr/share")], writable: [bytes("/data")],
    forbidden: [bytes("/data/state")])

  @Test(arguments: [
    ("/srv/job", true), ("/srv/job/a/b", true), ("/srv/jobs", false), ("/srv", false), ("/data/x", true),
    ("/usr/share/x", false), ("/", false),
  ])
  func `what may be written is the workspace and the writable roots`(path: String, isAllowed: Bool) {
    #expect((roots.refusal(of: bytes(path), isWrite: true) == nil) == isAllowed)
  }

  @Test(arguments: [
    ("/srv/job/a.db", true), ("/data/x", true), ("/usr/share/x", false), ("/etc/passwd", false),
    ("a.db", false),
    ("", false), ("/srv/job/../x", false), ("/srv/job/./x", false), ("/srv/job//x", false),
    ("/srv/job/x/", false),
    ("/srv/job/..x", true), ("file:/srv/job/a.db", false), ("/data/state/db", false),
  ])
  func `a path that nobody resolves has to be plain`(path: String, isAllowed: Bool) {
    #expect(roots.admits(bytes(path), isWrite: true) == isAllowed)
    #expect(roots.admits(bytes("/usr/share/x"), isWrite: false))
  }

  @Test func `what may be read is that and the readable roots`() {
    #expect(roots.refusal(of: bytes("/usr/share/x"), isWrite: false) == nil)
    #expect(roots.refusal(of: bytes("/data/x"), isWrite: false) == nil)
    #expect(roots.refusal(of: bytes("/etc/passwd"), isWrite: false) == .outside)
  }

  @Test func `a forbidden place inside a root stays closed, unless the workspace is there`() {
    #expect(roots.refusal(of: bytes("/data/state/db"), isWrite: false) == .forbidden)
    let inside = WorkspaceRoots(
      workspace: bytes("/data/state/ws/1"), writable: [bytes("/data")], forbidden: [bytes("/data/state")])
    #expect(inside.refusal(of: bytes("/data/state/ws/1/x"), isWrite: true) == nil)
    #expect(inside.refusal(of: bytes("/data/state/ws/2/x"), isWrite: true) == .forbidden)
  }

  @Test func `a forbidden place inside of the workspace stays closed`() {
    let around = WorkspaceRoots(workspace: bytes("/data"), forbidden: [bytes("/data/state"), bytes("/data")])
    #expect(around.refusal(of: bytes("/data/state"), isWrite: false) == .forbidden)
    #expect(around.refusal(of: bytes("/data/state/db"), isWrite: true) == .forbidden)
    #expect(around.refusal(of: bytes("/data/states"), isWrite: true) == nil)
    #expect(around.refusal(of: bytes("/data"), isWrite: true) == nil)
    #expect(around.closedPlaces(in: bytes("/")) == [bytes("/data/state"), bytes("/data")])
    #expect(around.closedPlaces(in: bytes("/data")) == [bytes("/data/state")])
    #expect(around.closedPlaces(in: bytes("/data/state")).isEmpty)
  }

  @Test func `the root of the file system as a root does not open what processes keep in memory`() {
    let all = WorkspaceRoots(workspace: bytes("/w"), readable: [bytes("/")])
    #expect(all.refusal(of: bytes("/etc/passwd"), isWrite: false) == nil)
    #expect(all.refusal(of: bytes("/proc/1/environ"), isWrite: false) == .forbidden)
    let named = WorkspaceRoots(workspace: bytes("/w"), readable: [bytes("/proc/sys")])
    #expect(named.refusal(of: bytes("/proc/sys/kernel/x"), isWrite: false) == nil)
  }

  @Test func `two spellings of one letter are two places`() {
    let composed = WorkspaceRoots(workspace: bytes("/w/\u{E9}"))
    #expect(composed.refusal(of: bytes("/w/e\u{301}/x"), isWrite: false) == .outside)
  }

  @Test func `a root, and what holds the workspace, is no place to remove`() {
    #expect(roots.isRoot(bytes("/srv/job")))
    #expect(roots.isRoot(bytes("/srv")))
    #expect(roots.isRoot(bytes("/data")))
    #expect(!roots.isRoot(bytes("/srv/job/a")))
  }
}

private func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }
