import Glibc
import Posix

/// An optional library of the host: opened when a step first needs it, and kept until the process ends.
///
/// A failure is not remembered, so that a package installed meanwhile works without a restart.
package final class SharedLibrary<Functions: Sendable>: Sendable {
  private let sonames: [String]
  private let package: String
  private let lookup: LibraryLookup
  private let bind: @Sendable (LibrarySymbols) throws(LibraryError) -> Functions
  private let loaded = Lock<Functions?>(nil)

  /// Names the library, newest soname first, and its Debian package. `bind` picks the functions.
  package init(
    _ sonames: [String], package: String, lookup: LibraryLookup = .host,
    bind: @escaping @Sendable (LibrarySymbols) throws(LibraryError) -> Functions
  ) {
    precondition(!sonames.isEmpty, "a library has a name")
    self.sonames = sonames
    self.package = package
    self.lookup = lookup
    self.bind = bind
  }

  /// The library's functions; opens it at the first call. Safe from any thread.
  package func functions() throws(LibraryError) -> Functions {
    if let functions = loaded.withLock({ $0 }) { return functions }
    // Outside the lock: opening may take a while, and dlopen itself counts two openings as one.
    let functions = try bind(open())
    loaded.withLock { $0 = functions }
    return functions
  }

  private func open() throws(LibraryError) -> LibrarySymbols {
    var reason = ""
    for soname in sonames {
      switch lookup.open(soname) {
      case .success(let handle):
        return LibrarySymbols(library: soname, package: package, handle: handle)
      case .failure(let failure): reason = failure.reason
      }
    }
    throw LibraryError.missing(library: sonames[0], package: package, reason: reason)
  }
}

/// Where libraries are looked for: on the host, or, in tests, where some of them are not.
package struct LibraryLookup: Sendable {
  /// What dlerror(3) said.
  package struct Failure: Error { let reason: String }

  /// Opens a library by its soname and gives its handle as a number.
  let open: @Sendable (_ soname: String) -> Result<UInt, Failure>

  /// dlopen(3) with everything bound at once, so that a library that does not fit is found now.
  package static let host = LibraryLookup { soname in
    if let handle = dlopen(soname, RTLD_NOW | RTLD_LOCAL) { return .success(UInt(bitPattern: handle)) }
    return .failure(Failure(reason: dlerror().map { String(cString: $0) } ?? "unknown error"))
  }

  /// A host that lacks every library.
  package static let empty = LibraryLookup { soname in
    .failure(Failure(reason: "\(soname): cannot open shared object file: No such file or directory"))
  }
}

/// The symbols of an open library.
package struct LibrarySymbols: Sendable {
  let library: String
  let package: String
  let handle: UInt

  /// The function `name`. `type` is its C signature as a `@convention(c)` type.
  func function<Signature>(_ name: String, as type: Signature.Type = Signature.self) throws(LibraryError)
    -> Signature
  {
    guard let address = dlsym(UnsafeMutableRawPointer(bitPattern: handle), name) else {
      throw LibraryError.incomplete(library: library, package: package, function: name)
    }
    precondition(
      MemoryLayout<Signature>.size == MemoryLayout<UnsafeMutableRawPointer>.size, "a C function pointer")
    // dlsym gives a data pointer where POSIX guarantees that it converts to the function's; sizes are equal.
    return unsafeBitCast(address, to: type)
  }
}

extension LibrarySymbols {
  /// The address of the variable `name`.
  func variable(_ name: String) throws(LibraryError) -> UnsafeRawPointer {
    guard let address = dlsym(UnsafeMutableRawPointer(bitPattern: handle), name) else {
      throw LibraryError.incomplete(library: library, package: package, function: name)
    }
    return UnsafeRawPointer(address)
  }
}

/// Why an optional library cannot be used; says what to install.
package enum LibraryError: Error, Equatable, CustomStringConvertible {
  case missing(library: String, package: String, reason: String)
  case incomplete(library: String, package: String, function: String)

  package var description: String {
    switch self {
    case .missing(let library, let package, let reason):
      let isAbsent = reason.isEmpty || reason.contains("No such file")
      return (isAbsent ? "\(library) is not on this host" : "\(library) cannot be loaded: \(reason)")
        + "; install \(package)"
    case .incomplete(let library, let package, let function):
      return "\(library) is too old: it has no \(function); install a newer \(package)"
    }
  }
}
