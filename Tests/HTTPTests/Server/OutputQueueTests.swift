import Glibc
import Posix
import TestSupport
import Testing

@testable import HTTP

@Suite struct OutputQueueTests {
  /// Two ends of a connection: what the queue sends to, and what the test reads from.
  private struct Pair: ~Copyable {
    let socket: Socket
    let end: FileDescriptor

    init() throws {
      var ends: [CInt] = [0, 0]
      let type = CInt(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue)
      _ = try check("make socket pair") { socketpair(AF_UNIX, type, 0, &ends) }
      socket = Socket(owning: FileDescriptor(owning: ends[0]))
      end = FileDescriptor(owning: ends[1])
    }
  }

  private func drain(_ end: borrowing FileDescriptor) throws -> [UInt8] {
    var all: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65_536)
    while let count = try buffer.withUnsafeMutableBytes({ try end.read(into: $0) }), count > 0 {
      all += buffer[..<count]
    }
    return all
  }

  @Test func `small pieces, big ones and files go out in order, however little goes in at once`() throws {
    let directory = try TemporaryDirectory()
    let path = directory / "file"
    let content = (0..<700_000).map { UInt8($0 % 251) }
    let file = OpenFile(try FileDescriptor.open(path, O_RDWR | O_CREAT))
    _ = try content.withUnsafeBufferPointer { all throws(Errno) in
      try file.descriptor.writeAll(UnsafeRawBufferPointer(all))
    }
    let big = [UInt8](repeating: 7, count: 300_000)
    var queue = OutputQueue()
    queue.append([1, 2])
    queue.append([3])
    queue.append(big)
    queue.append([4])
    queue.append(FilePiece(file, offset: 10, count: 600_000))
    queue.append { $0.append(5) }
    let expected = [1, 2, 3] + big + [4] + content[10..<600_010] + [5]
    #expect(queue.count == expected.count)

    let pair = try Pair()
    var received: [UInt8] = []
    while !queue.isEmpty {
      _ = try queue.flush(to: pair.socket)
      received += try drain(pair.end)
    }
    #expect(received == expected)
  }

  @Test func `a file that became shorter is an error, not a wait without end`() throws {
    let directory = try TemporaryDirectory()
    let pair = try Pair()
    var queue = OutputQueue()
    let file = OpenFile(try FileDescriptor.open(directory / "file", O_RDWR | O_CREAT))
    queue.append(FilePiece(file, count: 10))
    do throws(Errno) {
      _ = try queue.flush(to: pair.socket)
      Issue.record("it went on")
    } catch {
      #expect(error.description == "send file: input/output error (5)")
    }
  }
}
