import Glibc
import MissionModel
import Posix

/// An operation on a path, in the words of its failures: `create report.md: no space left on device (28)`.
struct FileWords: Sendable {
  /// `read`, `copy a.txt to`.
  let verb: String
  /// As the step wrote it.
  let path: String

  init(_ verb: String, _ path: String) {
    self.verb = verb
    self.path = path
  }

  /// The failure with a cause of our own.
  func failure(_ cause: String, kind: StepFailure.Kind = .failed) -> StepFailure {
    StepFailure(kind, "\(verb) \(path): \(cause)")
  }

  /// The failure of a system call.
  ///
  /// - Parameter name: what exactly was at fault, where it is not the path itself.
  func failure(_ error: Errno, at name: String? = nil) -> StepFailure {
    let place = name.map { "\(path)/\($0)" } ?? path
    return StepFailure("\(verb) \(place): \(error.reason) (\(error.code))\(Self.wayOut(of: error.code))")
  }

  /// Makes a system call's failure one of this operation.
  func run<Value: ~Copyable>(_ body: () throws(Errno) -> Value) throws(StepFailure) -> Value {
    do throws(Errno) { return try body() } catch { throw failure(error) }
  }

  private static func wayOut(of code: CInt) -> String {
    switch code {
    case ENOSPC, EDQUOT: "; free space in the workspace"
    case ENAMETOOLONG: "; a name has at most 255 bytes and a path 4,095"
    default: ""
    }
  }
}

extension [CChar] {
  /// A file name for a call of the kernel.
  init(name: some StringProtocol) { self = name.utf8.map(CChar.init(bitPattern:)) + [0] }

  /// A file name for a message or a result; bytes that are no UTF-8 are shown as U+FFFD.
  var nameText: String {
    String(decoding: dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
  }
}
