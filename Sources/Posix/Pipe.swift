import CLinux
import Glibc

/// The two ends of a pipe, both close-on-exec.
package struct Pipe: ~Copyable {
  /// Where the bytes come out.
  package let reader: FileDescriptor
  /// Where the bytes go in.
  package let writer: FileDescriptor

  /// Makes a pipe; an end that the event loop watches must not block. The corresponding call is `pipe2(2)`.
  package init(nonblockingReader: Bool = false, nonblockingWriter: Bool = false) throws(Errno) {
    var ends: [CInt] = [-1, -1]
    _ = try check("make pipe") { linux_pipe(&ends, nonblockingReader ? 1 : 0, nonblockingWriter ? 1 : 0) }
    reader = FileDescriptor(owning: ends[0])
    writer = FileDescriptor(owning: ends[1])
  }

  /// Gives both ends away: the caller closes them.
  package consuming func release() -> (reader: CInt, writer: CInt) {
    (reader.release(), writer.release())
  }
}
