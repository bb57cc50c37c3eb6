import Glibc

/// A system call that failed: which operation, on what, and why.
///
/// Printed as `create report.md: no space left on device (28)`.
package struct Errno: Error, Equatable, Sendable, CustomStringConvertible {
  /// The number that the kernel gave, such as `ENOSPC`.
  package let code: CInt
  /// What was being done, as a verb: "open", "connect".
  package let operation: String
  /// What it was done to: a path, an address; never a secret.
  package let subject: String?

  /// Describes a failure that the caller has in hand.
  package init(_ code: CInt, _ operation: String, _ subject: String? = nil) {
    self.code = code
    self.operation = operation
    self.subject = subject
  }

  /// The same failure in the words of a caller who knows more of what was meant.
  package func during(_ operation: String, _ subject: String? = nil) -> Errno {
    Errno(code, operation, subject ?? self.subject)
  }

  /// The kernel's sentence for the code, in lower case: "no space left on device".
  package var reason: String {
    var buffer = [CChar](repeating: 0, count: 128)
    guard strerror_r(code, &buffer, buffer.count) == 0 else { return "error \(code)" }
    let text = String(decoding: buffer.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    return text.prefix(1).lowercased() + text.dropFirst()
  }

  package var description: String {
    let what = subject.map { "\(operation) \($0)" } ?? operation
    return "\(what): \(reason) (\(code))"
  }
}
