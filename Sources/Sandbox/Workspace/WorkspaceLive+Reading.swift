import Glibc
import MissionModel
import Posix

extension WorkspaceLive {
  /// Opens a file to read it in pieces.
  func open(_ path: String) async throws(StepFailure) -> FileReader {
    let words = FileWords("read", path)
    let file = try await piece { () throws(StepFailure) in try openToRead(words) }
    let size = file.size
    return FileReader(size: size) { offset, count throws(StepFailure) in
      precondition(offset >= 0 && count >= 0, "a piece of a file begins in it")
      return try await piece { () throws(StepFailure) in
        try words.run { () throws(Errno) in try file.descriptor.read(count, at: offset) }
      }
    }
  }

  /// Opens what must be a file: no folder, and no pipe or device, which might never answer.
  func openToRead(_ words: FileWords) throws(StepFailure) -> OpenFile {
    let found = try judge.open(words, .read)
    switch found.attributes.kind {
    case .file: break
    case .directory: throw words.failure(Errno(EISDIR, words.verb))
    case .link, .other: throw words.failure("it is no regular file")
    }
    let attributes = found.attributes
    let place = found.take()
    return OpenFile(
      try words.run { () throws(Errno) in try place.reopened(O_RDONLY | O_NONBLOCK) }, attributes)
  }
}

/// A regular file that stays open while anybody holds it.
final class OpenFile: Sendable {
  let descriptor: FileDescriptor
  let attributes: FileAttributes

  var size: Int64 { attributes.size }

  init(_ descriptor: consuming FileDescriptor, _ attributes: FileAttributes) {
    self.descriptor = descriptor
    self.attributes = attributes
  }
}
