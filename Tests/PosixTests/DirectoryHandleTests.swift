import Glibc
import Posix
import TestSupport
import Testing

@Suite struct DirectoryHandleTests {
  private let directory: TemporaryDirectory
  private let handle: DirectoryHandle

  init() throws {
    directory = try TemporaryDirectory()
    handle = DirectoryHandle(try FileDescriptor.openPath(directory.path, follow: true))
  }

  @Test func `names come without the folder itself and its parent`() throws {
    for name in ["b", "a", ".c"] { try directory.write("", to: name) }
    #expect(Set(try handle.names().map(text)) == ["b", "a", ".c"])
  }

  @Test func `a link is opened neither as a folder nor as a file`() throws {
    try directory.write("", to: "d/x")
    symlink("d", directory / "l")
    #expect(throws: Errno(ENOTDIR, "open")) { _ = try handle.openDirectory(name("l")) }
    #expect(throws: Errno(ELOOP, "open")) { try handle.openFile(name("l"), O_RDONLY).close() }
    #expect(try handle.linkTarget(name("l")) == Array("d".utf8))
    #expect(try handle.attributes(of: name("l"))?.kind == .link)
    #expect(try handle.attributes(of: name("none")) == nil)
  }

  @Test func `a rename replaces only where it may`() throws {
    try directory.write("1", to: "a")
    try directory.write("2", to: "b")
    #expect(throws: Errno(EEXIST, "rename")) {
      try handle.rename(name("a"), to: name("b"), in: handle, replace: false)
    }
    try handle.rename(name("a"), to: name("b"), in: handle, replace: true)
    #expect(try directory.read("b") == "1")
  }

  @Test func `a folder is made once`() throws {
    #expect(try handle.makeDirectory(name("d")))
    #expect(try !handle.makeDirectory(name("d")))
    try handle.remove(name("d"), isDirectory: true)
    #expect(directory.entries() == [])
  }

  @Test func `a long link is read whole`() throws {
    let target = String(repeating: "x", count: 1000)
    try handle.makeLink(name("l"), to: Array(target.utf8))
    #expect(try handle.linkTarget(name("l")).count == 1000)
  }

  @Test func `a file is judged through one descriptor and read through another`() throws {
    try directory.write("hello", to: "x")
    let place = try FileDescriptor.openPath(directory / "x", follow: false)
    #expect(try place.realPath() == Array((directory / "x").utf8))
    #expect(try place.attributes().size == 5)
    let file = try place.reopened(O_RDONLY)
    #expect(try file.read(10, at: 1) == Array("ello".utf8))
    #expect(try file.read(2, at: 5) == [])
  }

  private func name(_ text: String) -> [CChar] { Array(text.utf8CString) }
  private func text(_ name: [CChar]) -> String {
    String(decoding: name.dropLast().map(UInt8.init), as: UTF8.self)
  }
}
