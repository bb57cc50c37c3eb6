import Formats
import Glibc
import MissionModel
import Posix

/// The content of one file on its way into another: a value that each piece of work carries on.
struct FileCopy: Sendable {
  /// Bytes copied in one piece of work.
  static let pieceBytes = 4 << 20

  private let source: OpenFile
  private let target: NewFile
  private let verifies: Bool
  private var digest = SHA256()
  private var check = SHA256()
  private var copied: Int64 = 0
  private var checked: Int64 = 0
  private var stage = Stage.copying
  private var inKernel = true

  private enum Stage: Sendable { case copying, checking, done(sha256: String?) }

  /// Begins a copy; `verifies` reads the copy again from the disk and compares digests.
  init(_ source: OpenFile, to target: NewFile, verifies: Bool) {
    self.source = source
    self.target = target
    self.verifies = verifies
  }

  /// Bytes copied so far.
  var bytes: Int64 { copied }

  /// The digest, once the copy is over; nil inside where nobody asked for it.
  var outcome: (sha256: String?, isOver: Bool) {
    if case .done(let sha256) = stage { (sha256, true) } else { (nil, false) }
  }

  /// Copies or checks one more piece; says how many bytes were added to the target.
  mutating func advance(_ words: FileWords) throws(StepFailure) -> Int {
    switch stage {
    case .copying: return try words.run { () throws(Errno) in try copyPiece() }
    case .checking:
      let bytes = try words.run { () throws(Errno) in
        try target.descriptor.read(Self.pieceBytes, at: checked)
      }
      check.update(bytes)
      checked += Int64(bytes.count)
      guard bytes.isEmpty else { return 0 }
      let expected = digest.finalize()
      guard check.finalize() == expected, checked == copied else {
        throw words.failure("what was written reads back differently; the disk may be failing")
      }
      stage = .done(sha256: Hex.encode(expected))
      return 0
    case .done: return 0
    }
  }

  private mutating func copyPiece() throws(Errno) -> Int {
    if !verifies, inKernel {
      if let count = try source.descriptor.copyRange(to: target.descriptor, count: Self.pieceBytes * 8) {
        copied += Int64(count)
        // Files of /proc say that they are empty and are not: an end at once is not believed.
        if count > 0 { return count }
        if copied > 0 { stage = .done(sha256: nil) } else { inKernel = false }
        return 0
      }
      inKernel = false
    }
    let bytes = try source.descriptor.read(Self.pieceBytes, at: copied)
    guard !bytes.isEmpty else {
      if verifies {
        try target.descriptor.synchronize()
        target.descriptor.forgetCached()
        stage = .checking
      } else {
        stage = .done(sha256: nil)
      }
      return 0
    }
    try bytes.withUnsafeBufferPointer { (buffer) throws(Errno) in
      try target.descriptor.writeAll(UnsafeRawBufferPointer(buffer))
    }
    if verifies { digest.update(bytes) }
    copied += Int64(bytes.count)
    return bytes.count
  }
}
