import Glibc
package import Posix

/// libcurl, the client of HTTP: libcurl(3). Keeps connections for the life of the process.
///
/// Each transfer has a handle to itself, and a handle keeps the connections that it made; idle handles are
/// given out again, the one that last spoke to the same server first. So there are never more connections to
/// a server than transfers that ran at once, and one that nobody used for a minute is closed.
package final class Curl: Sendable {
  /// The host's library.
  package static let host = Curl()

  private struct Idle {
    let handle: CurlHandle
    let origin: String
    let since: ContinuousClock.Instant
  }

  private struct State {
    /// The oldest first.
    var idle: [Idle] = []
    /// Whether a thread waits to close them.
    var isWatched = false
  }

  private let library: SharedLibrary<Functions>
  private let state = Lock(State())
  private let watch = BlockingWork(name: "idle", permits: 1)
  /// How long an idle handle is kept.
  private let keptFor: Duration
  /// Most idle handles.
  private static let capacity = 64

  /// Finds the library through `lookup` when the first transfer starts, and closes connections that were idle
  /// for `keptFor`.
  package init(lookup: LibraryLookup = .host, keptFor: Duration = .seconds(60)) {
    self.keptFor = keptFor
    library = SharedLibrary(["libcurl.so.4"], package: "libcurl4", lookup: lookup) {
      symbols throws(LibraryError) in
      let functions = try Functions(symbols)
      _ = functions.initialize(Self.initializesEverything)
      return functions
    }
  }

  private static let initializesEverything: CInt = 3

  /// Prepares a transfer; nothing is sent before `start`.
  ///
  /// - Parameter judge: says why an address may not be connected to, or nil. Asked for every address after
  ///   the name was looked up, on the thread of the transfer.
  package func transfer(
    _ request: CurlRequest, judge: @escaping @Sendable (SocketAddress) -> String?
  ) throws(CurlError) -> CurlTransfer {
    let functions: Functions
    do throws(LibraryError) { functions = try library.functions() } catch { throw .library(error) }
    let handle: CurlHandle
    if let idle = take(request.origin) { handle = idle } else { handle = try CurlHandle(functions) }
    return try CurlTransfer(request, handle: handle, judge: judge) { [self] handle in
      put(handle, request.origin)
    }
  }

  private func take(_ origin: String) -> CurlHandle? {
    state.withLock { state in
      guard let place = state.idle.lastIndex(where: { $0.origin == origin }) else { return nil }
      return state.idle.remove(at: place).handle
    }
  }

  private func put(_ handle: CurlHandle, _ origin: String) {
    let (dropped, isFirst) = state.withLock { state in
      let dropped = state.idle.count >= Self.capacity ? state.idle.removeFirst() : nil
      state.idle.append(Idle(handle: handle, origin: origin, since: .now))
      defer { state.isWatched = true }
      return (dropped, !state.isWatched)
    }
    // Closing a connection takes system calls: not under the lock.
    _ = consume dropped
    if isFirst { watch.submit { [self] in closeWhatIsIdle() } }
  }

  /// Closes each connection when its time has come, until there are none.
  private func closeWhatIsIdle() {
    while let wait = closeOld() { _ = poll(nil, 0, CInt(min(60_000, wait / .milliseconds(1))) + 1) }
  }

  /// Closes what is too old; gives the time until the next will be, or nil where nothing is left.
  private func closeOld() -> Duration? {
    let now = ContinuousClock.now
    let (dropped, next) = state.withLock { state in
      let old = state.idle.prefix { now - $0.since >= keptFor }
      state.idle.removeFirst(old.count)
      state.isWatched = !state.idle.isEmpty
      return (Array(old), state.idle.first?.since)
    }
    _ = consume dropped
    return next.map { keptFor - (now - $0) }
  }
}

/// What is to be sent.
package struct CurlRequest: Sendable {
  /// Where the bytes of a body come from.
  package enum Body: Sendable {
    case bytes([UInt8])
    /// A path that can be opened, and how long the file is.
    case file(String, size: Int64)

    var size: Int64 {
      switch self {
      case .bytes(let bytes): Int64(bytes.count)
      case .file(_, let size): size
      }
    }
  }

  /// `https://example.com:8443`: the scheme, host and port of the address, by which connections are kept.
  package var origin: String
  package var url: String
  package var method: String
  /// Whole header lines, `Name: value`.
  package var headers: [String] = []
  package var body: Body?
  /// For basic authentication.
  package var user: (name: String, password: String)?
  /// For the whole transfer.
  package var timeout: Duration
  package var verifiesTLS = true
  /// Certificates in PEM form that are trusted instead of the host's.
  package var certificates: [UInt8]?
  /// Whether a read gives back as soon as there is anything.
  package var streams = false
  /// Whether only the connection is made, for `CurlTransfer.receive` and `send`.
  package var connectsOnly = false
  /// For FTP and SFTP; nil for HTTP.
  package var file: CurlFileOptions?

  /// Makes a request without headers or body.
  package init(origin: String, url: String, method: String, timeout: Duration) {
    self.origin = origin
    self.url = url
    self.method = method
    self.timeout = timeout
  }
}

/// Why a transfer failed.
package enum CurlError: Error, Equatable, CustomStringConvertible {
  case library(LibraryError)
  case cancelled
  /// The judge's reason.
  case refused(String)
  /// The library's code and words, and the system's error number where there is one.
  case transfer(code: CInt, message: String, errno: CInt)
  /// An option that this build of the library lacks.
  case unsupported(option: CInt)

  package var description: String {
    switch self {
    case .library(let error): error.description
    case .cancelled: "cancelled"
    case .refused(let reason): reason
    case .transfer(_, let message, _): message
    case .unsupported(let option):
      "libcurl.so.4 is too old: it has no option \(option); install a newer libcurl4"
    }
  }
}
