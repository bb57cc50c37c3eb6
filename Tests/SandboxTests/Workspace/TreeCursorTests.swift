import Glibc
import Posix
import TestSupport
import Testing

@testable import Sandbox

@Suite struct TreeCursorTests {
  @Test func `a folder that is moved away during the walk ends it`() throws {
    let directory = try TemporaryDirectory()
    try directory.write("", to: "tree/in/x")
    try directory.write("", to: "other/y")
    var cursor = try TreeCursor(
      DirectoryHandle(try FileDescriptor.openPath(directory / "tree", follow: false)))
    let name = [CChar](name: "in")
    try cursor.enter(name)
    #expect(cursor.path(of: [CChar](name: "x")) == "in/x")
    #expect(rename(directory / "tree/in", directory / "other/in") == 0)
    var failed: Errno?
    do throws(Errno) { _ = try cursor.leave() } catch { failed = error }
    #expect(failed == Errno(ESTALE, "walk"))
  }

  @Test func `the walk goes down, up and on`() throws {
    let directory = try TemporaryDirectory()
    try directory.write("", to: "d/x")
    var cursor = try TreeCursor(DirectoryHandle(try FileDescriptor.openPath(directory.path, follow: false)))
    let down = cursor.next()
    try cursor.enter(try #require(down))
    #expect(cursor.depth == 1)
    let inside = [cursor.next(), cursor.next()]
    #expect(inside.map { $0?.nameText } == ["x", nil])
    let left = try cursor.leave()
    #expect(left.nameText == "d")
    let after = cursor.next()
    #expect(after == nil)
  }
}
