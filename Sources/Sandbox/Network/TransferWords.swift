import MissionModel
import Posix

/// What libcurl's errors mean to the person who wrote the mission: libcurl-errors(3).
enum TransferWords {
  /// The cause and, where there is one, the way out.
  static func explain(_ code: Int32, _ message: String, errno: Int32, _ request: WebRequest) -> String {
    let server = "\(request.url.host):\(request.url.port)"
    switch code {
    case 1 where message.contains("HTTP/0.9"): return "the server does not answer in HTTP; check the port"
    case 6: return "no address is known for \(request.url.host); check the name and the resolver"
    case 7:
      let cause = errno == 0 ? message : text(errno)
      return "\(server) cannot be reached: \(cause)"
    case 28: return "no complete answer before the timeout; raise timeout"
    case 18, 92: return "the server closed the connection before its answer was complete"
    case 52: return "the server closed the connection without an answer"
    case 55, 56:
      return "the connection broke: " + (errno == 0 ? message : text(errno))
    case 60:
      return "the server's certificate is not trusted: \(certificateProblem(message)); "
        + "name the authority that signed it with ca_file"
    case 77: return "ca_file holds no certificate in PEM form"
    case 35: return noTLS(message)
    case 61: return "the answer's content encoding is broken: \(message)"
    default: return message
    }
  }

  /// No TLS, in the words of the library below libcurl.
  static func noTLS(_ message: String) -> String {
    "no TLS connection could be made: \(message)"
      + (message.contains("wrong version number") ? "; does the server speak TLS at that port?" : "")
  }

  private static func certificateProblem(_ message: String) -> String {
    let prefix = "SSL certificate problem: "
    return message.hasPrefix(prefix) ? String(message.dropFirst(prefix.count)) : message
  }

  private static func text(_ errno: Int32) -> String { "\(Errno(errno, "connect").reason) (\(errno))" }
}
