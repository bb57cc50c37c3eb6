import Glibc
import Posix

/// What documents wanted to load from elsewhere, by thread: the loader of libxml2 is told nothing else that
/// would say for whom it is called.
enum XMLRefusals {
  private static let wanted = Lock<[UInt: String]>([:])

  /// The loader that libxml2 is given: loads nothing, and notes the address.
  static let refuse: XML.EntityLoader = { address, _, _ in
    let text = address.map { String(cString: $0) } ?? ""
    let thread = UInt(pthread_self())
    wanted.withLock { wanted in
      if wanted[thread] == "" { wanted[thread] = text }
    }
    return nil
  }

  /// Begins to note for this thread.
  static func begin() {
    let thread = UInt(pthread_self())
    wanted.withLock { $0[thread] = "" }
  }

  /// The first address since `begin`; nil if nothing was to be loaded.
  static func end() -> String? {
    let thread = UInt(pthread_self())
    let address = wanted.withLock { $0.removeValue(forKey: thread) }
    return address == "" ? nil : address
  }
}
