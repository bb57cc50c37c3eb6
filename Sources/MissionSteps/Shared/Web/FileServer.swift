import Formats
package import MissionModel

/// The server and file of a transfer by FTP or SFTP, as steps name them: by parts, or by one address.
package struct FileServer: Sendable {
  /// Where the file is, absolute from a slash on.
  package let remoteFile: String
  /// The host, as the output tells it.
  package let host: String

  private let url: String?
  private let writtenHost: String?
  private let port: Int?
  private let username: String?
  private let password: String?
  private let writtenFile: String?
  private let tls: String
  private let speaksSFTP: Bool
  private let timeout: Double
  private let verifiesTLS: Bool
  private let authorities: String?
  private let verifiesHostKey: Bool
  private let knownHosts: String?
  private let identity: String?
  private let target: Target

  /// What is spoken, and with whom.
  private struct Target: Sendable {
    var language: FileTransfer.Language
    var host: String
    var port: Int
    var file: String
    var user: WebAddress.User
  }

  /// Reads the parameters that uploads and downloads share.
  package init(_ p: inout ParameterReader) {
    writtenHost = p.optional("host", .host, "The server.")
    url = p.optional("url", .url, "ftp://, ftps:// or sftp://, instead of host, port and remote_file.")
    p.exactlyOne(of: ["host", "url"])
    port = p.optional("port", .integer(1...65535), "By default 21, 990 with implicit TLS, 22 for SFTP.")
    username = p.optional("username", .nonEmptyString, "The user; anonymous by default.")
    password = p.optional("password", .secret, "The user's password.")
    writtenFile = p.optional(
      "remote_file", .nonEmptyString,
      "The file on the server; without a slash in front from the user's folder.")
    tls = p.optional(
      "tls", .choice("none", "explicit", "implicit"), default: "none", "How FTP is put into TLS.")
    speaksSFTP =
      p.optional("protocol", .choice("ftp", "sftp"), default: "ftp", "What the server speaks.") == "sftp"
    timeout = p.optional("timeout", .number(0.001...86_400), default: 3600, "Seconds for the transfer.")
    verifiesTLS = p.optional("verify_tls", .bool, default: true, "Check the server's certificate.")
    authorities = p.optional(
      "ca_file", .readPath, "Certificates in PEM form to trust instead of the host's.")
    verifiesHostKey = p.optional(
      "strict_host_key", .bool, default: true, "Refuse SFTP hosts that are not known.")
    knownHosts = p.optional("known_hosts", .readPath, "The file of host keys to trust instead of the user's.")
    identity = p.optional("identity_file", .readPath, "The file of the private key to use with SFTP.")
    var language: FileTransfer.Language =
      speaksSFTP ? .sftp : tls == "implicit" ? .implicitTLS : tls == "explicit" ? .explicitTLS : .ftp
    var user = WebAddress.User(name: username ?? "anonymous", password: password ?? "")
    if username == nil, password == nil, !speaksSFTP { user.password = "missiond@" }
    var (host, number, file) = (writtenHost ?? "", port, writtenFile ?? "")
    var isMisread = false
    if p.purpose != .describing, let url, !p.isOpen("url") {
      do throws(StepFailure) {
        let place = try Self.parse(url, &language)
        (host, number, file) = (place.host, port ?? place.port, writtenFile ?? place.file)
        if let found = place.user, username == nil {
          user = WebAddress.User(name: found.name, password: password ?? found.password)
        }
      } catch {
        p.problem(at: "url", error.message)
        isMisread = true
      }
    }
    let fallback =
      switch language {
      case .ftp, .explicitTLS: 21
      case .implicitTLS: 990
      case .sftp: 22
      }
    if host.contains(":"), !host.hasPrefix("[") { host = "[\(host)]" }
    target = Target(language: language, host: host, port: number ?? fallback, file: file, user: user)
    remoteFile = file
    self.host = host
    guard p.purpose != .describing, !isMisread else { return }
    check(&p)
  }

  private func check(_ p: inout ParameterReader) {
    if remoteFile.isEmpty, !p.isOpen("url") { p.problem(at: "remote_file", "is required") }
    for (name, text) in [("remote_file", remoteFile), ("username", target.user.name), ("host", host)]
    where text.unicodeScalars.contains(where: { $0.value < 0x20 || $0.value == 0x7F }) {
      p.problem(at: name, "holds a control character")
    }
    if target.user.password.unicodeScalars.contains(where: { $0.value < 0x20 }) {
      p.problem(at: "password", "holds a control character")
    }
    if let hint = writtenHost.flatMap(PartsOfHost.hint) {
      p.problem(at: "host", "is no host", hint: hint + ", or all of it as url")
    }
    if target.language == .sftp, tls != "none" {
      p.problem(at: "tls", "is for FTP; SFTP is encrypted always")
    }
  }

  private struct Place {
    var host: String
    var port: Int?
    var file: String
    var user: WebAddress.User?
  }

  private static func parse(
    _ url: String, _ language: inout FileTransfer.Language
  ) throws(StepFailure) -> Place {
    let scheme = url.prefix { $0 != ":" }.lowercased()
    switch scheme {
    case "ftp": if language == .sftp { language = .ftp }
    case "ftps": language = .implicitTLS
    case "sftp": language = .sftp
    default:
      throw StepFailure(.badParameters, "has no scheme for files; begin it with ftp://, ftps:// or sftp://")
    }
    let address = try WebAddress("http" + url.dropFirst(scheme.count))
    let hasPort = address.origin.hasSuffix(":\(address.port)")
    guard let path = PercentEncoding.decode(address.target) else {
      throw StepFailure(.badParameters, "has a % that is not followed by two digits")
    }
    // FTP's paths start where the user is let in, SFTP's at the top: RFC 1738 §3.2.2.
    let isRelative = language != .sftp || path.hasPrefix("/~/")
    return Place(
      host: address.host, port: hasPort ? address.port : nil,
      file: isRelative ? String(path.dropFirst(language == .sftp ? 3 : 1)) : path, user: address.user)
  }

  /// A transfer, with the files that it needs held until `release`.
  package func transfer(
    _ action: FileTransfer.Action, _ files: Files
  ) async throws(StepFailure) -> FileTransfer {
    var transfer = FileTransfer(
      target.language, action, host: target.host, port: target.port, path: target.file, user: target.user,
      timeout: .seconds(timeout))
    transfer.verifiesTLS = verifiesTLS
    transfer.verifiesHostKey = verifiesHostKey
    if let authorities {
      transfer.certificates = try await files.open(authorities).readAll(limit: 4 << 20, path: authorities)
    }
    if let knownHosts { transfer.knownHosts = try await files.hold(knownHosts, .read) }
    if let identity {
      do throws(StepFailure) { transfer.identity = try await files.hold(identity, .read) } catch {
        transfer.knownHosts?.release()
        throw error
      }
    }
    return transfer
  }
}

extension FileTransfer {
  /// Lets go of the files that `FileServer.transfer` holds.
  package func release() {
    knownHosts?.release()
    identity?.release()
  }

  /// The same transfer with something else to do.
  package func doing(_ action: Action, resumesAt: Int64 = 0) -> FileTransfer {
    var other = self
    other.action = action
    other.resumesAt = resumesAt
    return other
  }
}
