import Foundation
import Glibc

/// Tells of each write to a file in the moment it happens (inotify(7)): what a test reacts to that wants to
/// be in the middle of something.
///
/// Writes that come faster than they are told of may be told of together.
package final class FileWrites: Sendable {
  private let descriptor: Int32
  private let watch: Int32

  /// Watches a file that is there; `onWrite` is called with 1, 2, 3 … on a thread of its own, until `deinit`.
  package init(
    to path: String, _ onWrite: @escaping @Sendable (_ number: Int) -> Void
  ) throws(TestSupportError) {
    let descriptor = inotify_init1(Int32(IN_CLOEXEC))
    let watch = inotify_add_watch(descriptor, path, UInt32(IN_MODIFY))
    guard watch >= 0 else {
      close(descriptor)
      throw TestSupportError("watch \(path): \(String(cString: strerror(errno)))")
    }
    (self.descriptor, self.watch) = (descriptor, watch)
    Thread.detachNewThread {
      var number = 0
      var events = [UInt8](repeating: 0, count: 4096)
      while true {
        let count = read(descriptor, &events, events.count)
        // An event without a name is 16 bytes: watch, mask, cookie, length; the last one ends the watch.
        for start in stride(from: 0, to: max(0, count), by: 16) {
          let mask = events[start + 4..<start + 8].reversed().reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
          guard mask & UInt32(IN_MODIFY) != 0 else {
            close(descriptor)
            return
          }
          number += 1
          onWrite(number)
        }
      }
    }
  }

  deinit { inotify_rm_watch(descriptor, watch) }
}
