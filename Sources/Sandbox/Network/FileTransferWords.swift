import MissionModel
import Posix

/// What libcurl's errors in transfers of files mean to the person who wrote the mission: libcurl-errors(3).
enum FileTransferWords {
  /// The cause and, where there is one, the way out.
  static func explain(_ code: Int32, _ message: String, errno: Int32, _ request: FileTransfer) -> String {
    let isUpload = if case .upload = request.action { true } else { false }
    switch code {
    case 6: return "no address is known for \(request.host); check the name and the resolver"
    case 7:
      return "\(request.host):\(request.port) cannot be reached: "
        + (errno == 0 ? message : "\(Errno(errno, "connect").reason) (\(errno))")
    case 9 where isUpload, 78 where isUpload:
      return "the folder is not there, or this user may not write in it"
        + (request.createsFolders ? "" : "; set create_dirs to true")
    case 9: return "the server does not allow the folder: \(message)"
    case 18: return "the server closed the connection before the file was complete"
    case 19, 78: return "the server has no such file, or does not give it out"
    case 25: return "the server does not take the file: \(message)"
    case 28: return "not complete before the timeout; raise timeout"
    case 31, 36: return "the server cannot go on in the middle of a file; set resume to false"
    case 35: return TransferWords.noTLS(message)
    case 60 where request.language == .sftp, 79 where message.contains("host key"):
      return "the host key is not the one that is known, or none is known; check known_hosts"
    case 60:
      let prefix = "SSL certificate problem: "
      let problem = message.hasPrefix(prefix) ? String(message.dropFirst(prefix.count)) : message
      return "the server's certificate is not trusted: \(problem); "
        + "name the authority that signed it with ca_file"
    case 64: return "the server offers no TLS; set tls to none to speak in the clear"
    case 67: return "the server does not let this user in; check username, password and identity_file"
    case 77: return "ca_file holds no certificate in PEM form"
    case 79 where !isUpload: return "the server gives no file there: \(message); is it a folder?"
    case 55, 56: return "the connection broke: \(message)"
    default: return message
    }
  }
}
