import Foundation

/// An OpenSSH server on the loopback that lets its own user in by one key, with SFTP; its files are in a
/// directory of its own.
package final class SSHServer: Sendable {
  /// The port.
  package let port: UInt16
  private let directory: TemporaryDirectory
  private let process: TestProcess

  /// Makes the keys and starts the server.
  package init() async throws(TestSupportError) {
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
      UsePAM no
      PasswordAuthentication no
      KbdInteractiveAuthentication no
      Subsystem sftp internal-sftp

      """, to: "sshd_config")
    // What sshd gives up its rights in; its package makes it at the start of the service.
    if getuid() == 0 { mkdir("/run/sshd", 0o755) }
    process = try TestProcess(
      "/usr/sbin/sshd", ["-D", "-e", "-f", directory / "sshd_config"], timeout: .seconds(280))
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
}
