/// Why a transfer failed.
package enum CurlError: Error, Equatable, CustomStringConvertible {
  case library(LibraryError)
  case cancelled
  /// The judge's reason.
  case refused(String)
  /// Why there is no way through the proxy.
  case proxy(String)
  /// The library's code and words, and the system's error number where there is one.
  case transfer(code: CInt, message: String, errno: CInt)
  /// An option that this build of the library lacks.
  case unsupported(option: CInt)

  package var description: String {
    switch self {
    case .library(let error): error.description
    case .cancelled: "cancelled"
    case .refused(let reason), .proxy(let reason): reason
    case .transfer(_, let message, _): message
    case .unsupported(let option):
      "libcurl.so.4 is too old: it has no option \(option); install a newer libcurl4"
    }
  }
}
