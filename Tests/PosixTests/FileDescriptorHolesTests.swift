import Glibc
import TestSupport
import Testing

@testable import Posix

@Suite struct FileDescriptorHolesTests {
  private let directory: TemporaryDirectory

  init() throws { directory = try TemporaryDirectory() }

  @Test func `a file's data is found between its holes`() throws {
    let file = try FileDescriptor.open(directory / "f", O_RDWR | O_CREAT, mode: 0o600)
    let block = [UInt8](repeating: 1, count: 1 << 20)
    for place in [1 << 20, 4 << 20] as [Int64] {
      try block.withUnsafeBytes { try file.writeAll($0, at: place) }
    }
    try file.setSize(8 << 20)
    #expect(file.dataParts(size: 8 << 20, limit: 10) == [(1 << 20)..<(2 << 20), (4 << 20)..<(5 << 20)])
    #expect(file.dataParts(size: 8 << 20, limit: 1) == nil)
    #expect(try file.attributes().size == 8 << 20)
  }

  @Test func `a file without holes has none, and an empty one neither`() throws {
    let path = try directory.write("text", to: "f")
    let file = try FileDescriptor.open(path, O_RDONLY)
    #expect(file.dataParts(size: 4, limit: 10) == nil)
    #expect(file.dataParts(size: 0, limit: 10) == nil)
  }

  @Test(arguments: [0, 1_234_567_890_123, -1] as [Int64])
  func `a time is kept to the millisecond`(time: Int64) throws {
    let file = try FileDescriptor.open(directory / "f", O_RDWR | O_CREAT, mode: 0o600)
    try file.setModified(milliseconds: time)
    let attributes = try file.attributes()
    #expect(attributes.modifiedMilliseconds == time)
  }

  @Test func `a second name leads to the same file`() throws {
    try directory.write("text", to: "f")
    let folder = DirectoryHandle(try FileDescriptor.openPath(directory.path, follow: true))
    try folder.makeHardLink([0x67, 0], to: [0x66, 0], in: folder)
    #expect(try folder.attributes(of: [0x67, 0])?.links == 2)
  }
}
