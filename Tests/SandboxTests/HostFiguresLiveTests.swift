import MissionModel
import TestSupport
import Testing

@testable import Sandbox

@Suite struct HostFiguresLiveTests {
  @Test func `the smallest limit on the way up counts`() throws {
    let mount = try TemporaryDirectory()
    try mount.write("max\n", to: "memory.max")
    try mount.write("4096\n", to: "a/memory.max")
    try mount.write("8192\n", to: "a/b/memory.max")
    #expect(HostFigures.smallestLimit(group: "0::/a/b\n", in: mount.path) == "4096")
    #expect(HostFigures.smallestLimit(group: "1:x:/y\n0::/\n", in: mount.path) == nil)
    #expect(HostFigures.smallestLimit(group: "1:x:/y\n", in: mount.path) == nil)
  }

  @Test func `what the kernel does not have is nil`() async {
    #expect(await HostFigures.live.read(.processors)?.hasPrefix("cpu ") == true)
    #expect(await HostFigures.live.read(.process(Int32.max)) == nil)
  }
}
