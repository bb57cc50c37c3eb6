import Foundation

/// vsftpd on the loopback: FTP with and without TLS on one port, FTP inside of TLS on another, and on a third
/// one FTP that asks for a password.
///
/// It lets in nobody but the anonymous user, who may write into the folder `in`.
package final class FTPServer: Sendable {
  /// The port of FTP, which can be raised to TLS.
  package let port: UInt16
  /// The port of FTP inside of TLS.
  package let securePort: UInt16
  /// The port of FTP that lets the user `anonymous` in by `password` alone.
  package let passwordPort: UInt16
  /// The only password that is taken at `passwordPort`.
  package let password = "correct-horse"
  private let directory: TemporaryDirectory
  private let processes: [TestProcess]

  /// Makes the certificates and starts the servers.
  package init() async throws(TestSupportError) {
    directory = try TemporaryDirectory()
    port = try FreePort().number
    securePort = try FreePort().number
    passwordPort = try FreePort().number
    try await TLSServer.makeCertificates(in: directory)
    try directory.write("here already", to: "files/in/there")
    // The server gives up its rights: its user must be able to come here.
    for (path, mode) in [("", 0o755), ("files", 0o755), ("files/in", 0o777), ("files/in/there", 0o644)] {
      guard chmod(directory / path, mode_t(mode)) == 0 else {
        throw TestSupportError("chmod \(path): \(String(cString: strerror(errno)))")
      }
    }
    try directory.write(password + "\n", to: "passwords")
    var started: [TestProcess] = []
    for number in [port, securePort, passwordPort] {
      let isImplicit = number == securePort
      let file = "vsftpd-\(number).conf"
      let login =
        number == passwordPort
        ? "secure_email_list_enable=YES\nemail_password_file=\(directory / "passwords")\n"
        : "no_anon_password=YES\n"
      try directory.write(Self.settings(number, isImplicit, directory) + login, to: file)
      started.append(
        try TestProcess("/usr/sbin/vsftpd", [directory / file], timeout: .seconds(280)))
      // vsftpd does not say when it listens.
      let probe = try await TestProcess.run(
        "curl",
        [
          "-sSk", "--user", "anonymous:\(password)", "--retry", "20", "--retry-connrefused", "--retry-delay",
          "1",
        ]
          + ["\(isImplicit ? "ftps" : "ftp")://127.0.0.1:\(number)/in/there"])
      guard probe.ending == .exited(0) else {
        throw TestSupportError(
          "vsftpd: \(probe.error) \(started.map(\.output)) \(started.map(\.errorOutput))")
      }
    }
    processes = started
  }

  /// The authority's certificate, in PEM form.
  package var authority: String { directory / "ca.pem" }

  /// Where a file of the server really is.
  package func path(_ name: String) -> String { directory / "files/\(name)" }

  private static func settings(
    _ port: UInt16, _ isImplicit: Bool, _ directory: TemporaryDirectory
  ) -> String {
    """
    listen=YES
    listen_address=127.0.0.1
    listen_port=\(port)
    background=NO
    anonymous_enable=YES
    local_enable=NO
    anon_root=\(directory / "files")
    write_enable=YES
    anon_upload_enable=YES
    anon_mkdir_write_enable=YES
    anon_other_write_enable=YES
    anon_world_readable_only=NO
    anon_umask=022
    ssl_enable=YES
    allow_anon_ssl=YES
    implicit_ssl=\(isImplicit ? "YES" : "NO")
    require_ssl_reuse=NO
    rsa_cert_file=\(directory / "good.pem")
    rsa_private_key_file=\(directory / "key.pem")
    secure_chroot_dir=\(directory / "files")
    seccomp_sandbox=NO

    """
  }
}
