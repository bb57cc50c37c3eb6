import Glibc
import Testing

@testable import Posix

@Suite struct FileDescriptorTests {
  private func isOpen(_ number: CInt) -> Bool { fcntl(number, F_GETFD) != -1 }

  @Test func `a descriptor is closed when its owner goes`() throws {
    let number: CInt
    do {
      let memory = try FileDescriptor.open("/dev/null", O_RDWR).duplicate()
      number = fcntl(memory.rawValue, F_DUPFD_CLOEXEC, 900)
    }
    _ = FileDescriptor(owning: number)
    #expect(!isOpen(number))
  }

  @Test func `what is opened is closed on exec`() throws {
    let null = try FileDescriptor.open("/dev/null", O_RDONLY)
    #expect(fcntl(null.rawValue, F_GETFD) & FD_CLOEXEC != 0)
    let copy = try null.duplicate()
    #expect(fcntl(copy.rawValue, F_GETFD) & FD_CLOEXEC != 0)
  }

  @Test func `an open that fails names the path`() {
    #expect(throws: Errno(ENOENT, "open", "/no/such")) { _ = try FileDescriptor.open("/no/such", O_RDONLY) }
  }

  @Test func `a failing close is reported and still frees the number`() throws {
    let file = try FileDescriptor.open("/dev/null", O_RDONLY)
    let number = fcntl(file.rawValue, F_DUPFD_CLOEXEC, 910)
    #expect(throws: Errno(EIO, "close")) {
      _ = try withFault("close", nth: 1, code: EIO) { () throws(Errno) in
        try FileDescriptor(owning: number).close()
      }
    }
    _ = file.rawValue
    #expect(!isOpen(number))
  }

  @Test func `everything written is read back, up to the limit`() throws {
    let pipe = try Pipe()
    try Array("hello world".utf8).withUnsafeBytes { try pipe.writer.writeAll($0) }
    let first = try pipe.reader.readAll(limit: 5)
    let rest = try pipe.reader.readAll(limit: 6)
    #expect(first == Array("hello".utf8))
    #expect(rest == Array(" world".utf8))
  }

  @Test func `a read that would wait gives nil`() throws {
    let pipe = try Pipe(nonblockingReader: true)
    var buffer = [UInt8](repeating: 0, count: 4)
    let count = try buffer.withUnsafeMutableBytes { try pipe.reader.read(into: $0) }
    #expect(count == nil)
  }
}
