package import Posix

/// libcurl, the client of HTTP: libcurl(3). Keeps connections for the life of the process.
///
/// All requests of HTTP share one loop and so its connections; there are never more of them to a server than
/// requests that ran at once. What speaks to files has a loop to itself: to say good-bye to their servers
/// libcurl blocks.
package final class Curl: Sendable {
  /// The host's library.
  package static let host = Curl()

  private let library: SharedLibrary<Functions>
  private let shared = Lock<CurlThread?>(nil)
  private let keptFor: Duration

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
    // Servers of files are taken leave of in a way that blocks.
    let thread =
      try request.file == nil
      ? share(functions) : CurlThread(functions, keptFor: keptFor, looksAgain: true)
    return CurlTransfer(CurlExchange(request, judge: judge), on: thread)
  }

  private func share(_ functions: Functions) throws(CurlError) -> CurlThread {
    try shared.withLock { shared throws(CurlError) in
      if let shared { return shared }
      let thread = try CurlThread(functions, keptFor: keptFor, looksAgain: false)
      shared = thread
      return thread
    }
  }
}
