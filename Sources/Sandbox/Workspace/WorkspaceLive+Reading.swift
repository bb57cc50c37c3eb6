import Glibc
import MissionModel
import Posix

extension WorkspaceLive {
  /// Bytes that a small file has at most: it is read as it is opened, in one turn of a thread.
  private static let smallBytes: Int64 = 64 << 10

  /// Opens a file to read it in pieces.
  func open(_ path: String) async throws(StepFailure) -> FileReader {
    let words = FileWords("read", path)
    let (file, all) = try await piece { () throws(StepFailure) -> (OpenFile, [UInt8]?) in
      let file = try openToRead(words)
      guard file.size <= Self.smallBytes else { return (file, nil) }
      // One byte more than it should have shows that this is all.
      let wanted = Int(file.size) + 1
      let bytes = try words.run { () throws(Errno) in try file.descriptor.read(wanted, at: 0) }
      return (file, bytes.count < wanted ? bytes : nil)
    }
    return FileReader(size: file.size) { offset, count throws(StepFailure) in
      precondition(offset >= 0 && count >= 0, "a piece of a file begins in it")
      if let all { return Array(all.dropFirst(Int(clamping: offset)).prefix(count)) }
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
