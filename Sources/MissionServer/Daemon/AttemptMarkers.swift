import Glibc
import MissionKit
import Posix

/// Makes the markers of attempts: UUIDs whose first eight digits belong to the state directory.
///
/// So a daemon that starts knows the processes that an earlier one left, and never takes those of another
/// daemon for its own.
struct AttemptMarkers: Sendable {
  /// What every marker of this state directory begins with.
  let prefix: String
  private let identifiers: LiveIdentifiers

  /// Makes markers that begin with `prefix`.
  init(prefix: String, identifiers: LiveIdentifiers) {
    self.prefix = prefix
    self.identifiers = identifiers
  }

  /// Reads the prefix of a state directory from the file at `path`, or makes one.
  init(file path: String, identifiers: LiveIdentifiers) throws(Errno) {
    let file = try FileDescriptor.open(path, O_RDWR | O_CREAT, mode: 0o600)
    let known = String(decoding: try file.readAll(limit: Self.digits), as: UTF8.self)
    if known.utf8.count == Self.digits, known.utf8.allSatisfy({ Self.isHexadecimal($0) }) {
      self.init(prefix: known, identifiers: identifiers)
      return
    }
    let made = Random.bytes(Self.digits).map { String($0 & 15, radix: 16) }.joined()
    let number = file.rawValue
    _ = try check("write", path) { ftruncate(number, 0) }
    try Array(made.utf8).withUnsafeBufferPointer { (bytes) throws(Errno) in
      _ = try check("write", path) { pwrite(number, bytes.baseAddress, bytes.count, 0) }
    }
    self.init(prefix: made, identifiers: identifiers)
  }

  private static let digits = 8

  private static func isHexadecimal(_ byte: UInt8) -> Bool {
    (48...57).contains(byte) || (97...102).contains(byte)
  }

  /// A fresh marker.
  func make() -> String { prefix + identifiers.makeUUID().dropFirst(Self.digits) }

  /// The markers of processes that live now and belong to this state directory. Blocks: it reads `/proc`.
  func living() -> Set<String> {
    Set(ProcessSnapshot.take().compactMap(\.marker).filter { $0.hasPrefix(prefix) })
  }
}
