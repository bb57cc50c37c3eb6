import Glibc
import Posix
import TestSupport
import Testing

@Suite struct FileAttributesTests {
  @Test func `each kind is told apart`() throws {
    let directory = try TemporaryDirectory()
    try directory.write("hello", to: "file", mode: 0o640)
    symlink("file", directory / "link")
    mkfifo(directory / "pipe", 0o600)
    let kinds = try ["file", "link", "pipe", "."].map { name in
      try FileDescriptor.openPath(directory / name, follow: false).attributes().kind
    }
    #expect(kinds == [.file, .link, .other, .directory])
    let file = try FileDescriptor.openPath(directory / "link", follow: true).attributes()
    #expect(file.size == 5)
    #expect(file.mode == 0o640)
    #expect(file.links == 1)
  }
}
