import Foundation

/// An OpenSSH server on the loopback that lets its own user in by one key, with SFTP; its files are in a
/// directory of its own.
package final class SSHServer: Sendable {
  /// The port.
  package let port: UInt16
  private let directory: TemporaryDirectory
  private let process: TestProcess

  /// Makes the keys and starts the server.
  ///
  /// - Parameter password: what its user may log in with as well. That needs root: the server gets a mount
  ///   namespace of its own, in which this user has that password.
  package init(password: String? = nil) async throws(TestSupportError) {
    directory = try TemporaryDirectory()
    port = try FreePort().number
    for name in ["host", "other", "user"] {
      let record = try await TestProcess.run(
        "ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-C", name, "-f", directory / name])
      guard record.ending == .exited(0) else { throw TestSupportError("ssh-keygen: \(record.error)") }
    }
    for (file, key) in [("known", "host"), ("changed", "other")] {
      try directory.write("[127.0.0.1]:\(port) \(try TestFile.text(at: directory / "\(key).pub"))", to: file)
    }
    try directory.write("", to: "none")
    try directory.write(
      """
      Port \(port)
      ListenAddress 127.0.0.1
      HostKey "\(directory / "host")"
      AuthorizedKeysFile "\(directory / "user.pub")"
      PidFile none
      StrictModes no
      MaxStartups 100
      UsePAM no
      PasswordAuthentication \(password == nil ? "no" : "yes")
      PermitRootLogin yes
      KbdInteractiveAuthentication no
      Subsystem sftp internal-sftp

      """, to: "sshd_config")
    // What sshd gives up its rights in; its package makes it at the start of the service.
    if getuid() == 0 { mkdir("/run/sshd", 0o755) }
    let serve = "exec /usr/sbin/sshd -D -e -f '\(directory / "sshd_config")'"
    if let password {
      try await Self.writeShadow(password, to: directory)
      process = try TestProcess(
        "unshare", ["-m", "sh", "-c", "mount --bind '\(directory / "shadow")' /etc/shadow && \(serve)"],
        timeout: .seconds(280))
    } else {
      process = try TestProcess("sh", ["-c", serve], timeout: .seconds(280))
    }
    try await process.waitForLine(containing: "Server listening")
  }

  /// The private key that is let in.
  package var key: String { directory / "user" }
  /// The public half of it.
  package var publicKey: String { directory / "user.pub" }
  /// A private key that is not let in.
  package var strangersKey: String { directory / "other" }
  /// A file with the server's key.
  package var knownHosts: String { directory / "known" }
  /// A file with another key for the server.
  package var changedHosts: String { directory / "changed" }
  /// A folder that clients may write to.
  package var path: String { directory.path }
  /// Who is let in.
  package var user: String { NSUserName() }

  /// The host's passwords, but for its user, who has this one.
  private static func writeShadow(
    _ password: String, to directory: TemporaryDirectory
  ) async throws(TestSupportError) {
    let record = try await TestProcess.run("openssl", ["passwd", "-6", "-stdin"], input: password)
    guard record.ending == .exited(0) else { throw TestSupportError("openssl passwd: \(record.error)") }
    let hash = record.output.filter { !$0.isNewline }
    let user = NSUserName()
    let lines = try TestFile.text(at: "/etc/shadow").split(separator: "\n").map {
      $0.hasPrefix(user + ":") ? "\(user):\(hash):19000:0:99999:7:::" : String($0)
    }
    try directory.write(lines.joined(separator: "\n") + "\n", to: "shadow")
  }
}
