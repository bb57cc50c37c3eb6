import Foundation

/// nginx with TLS and HTTP/2 on the loopback, and certificates by an authority of its own, made by openssl.
package final class TLSServer: Sendable {
  /// Names of the ports: each shows another certificate.
  package enum Certificate: Sendable { case good, expired, foreignHost, selfSigned }

  private let directory: TemporaryDirectory
  private let process: TestProcess
  private let ports: [FreePort]

  /// Makes the certificates and starts nginx, which serves the files that `content` names.
  package init(content: [String: String]) async throws(TestSupportError) {
    directory = try TemporaryDirectory()
    ports = [try FreePort(), try FreePort(), try FreePort(), try FreePort()]
    for (name, text) in content { try directory.write(text, to: "www/\(name)") }
    try await Self.makeCertificates(in: directory)
    let servers = zip(ports, ["good", "expired", "foreign", "selfmade"]).map { port, name in
      """
      server {
        listen 127.0.0.1:\(port.number) ssl http2;
        ssl_certificate \(name).pem; ssl_certificate_key key.pem;
        root www;
      }
      """
    }
    try directory.write(
      """
      daemon off; master_process off; pid nginx.pid; error_log stderr notice;
      events { worker_connections 128; }
      http {
        access_log off; client_body_temp_path tmp; proxy_temp_path tmp; fastcgi_temp_path tmp;
        uwsgi_temp_path tmp; scgi_temp_path tmp;
      \(servers.joined(separator: "\n"))
      }
      """, to: "nginx.conf")
    process = try TestProcess(
      "nginx", ["-p", directory.path, "-c", "nginx.conf", "-e", "stderr"],
      environment: ["PATH": "/usr/sbin:/usr/bin:/bin"])
    try await process.waitForLine(containing: "getrlimit")
  }

  /// The authority's certificate, in PEM form.
  package var authority: String { directory / "ca.pem" }

  /// The certificate that signs itself, in PEM form.
  package var selfSignedCertificate: String { directory / "selfmade.pem" }

  /// `https://127.0.0.1:PORT` and a path.
  package func url(_ path: String, _ certificate: Certificate = .good) -> String {
    let place =
      switch certificate {
      case .good: 0
      case .expired: 1
      case .foreignHost: 2
      case .selfSigned: 3
      }
    return "https://127.0.0.1:\(ports[place].number)\(path)"
  }

  /// Makes `ca.pem` and `key.pem`, and by that authority `good.pem` for 127.0.0.1, `expired.pem` and
  /// `foreign.pem`; beside them `selfmade.pem`, which signs itself.
  package static func makeCertificates(in directory: TemporaryDirectory) async throws(TestSupportError) {
    try directory.write("subjectAltName=IP:127.0.0.1\n", to: "here.ext")
    try directory.write("subjectAltName=DNS:elsewhere.example\n", to: "there.ext")
    try await openssl("ecparam -name prime256v1 -genkey -noout -out key.pem", in: directory)
    // OpenSSL finds authorities by their names: each has one of its own, should a test trust two.
    let authority = "Authority-" + (directory.path.split(separator: "/").last ?? "")
    try await openssl(
      "req -x509 -new -key key.pem -subj /CN=\(authority) -days 2 -out ca.pem",
      in: directory)
    try await openssl("req -new -key key.pem -subj /CN=Server -out request.pem", in: directory)
    let sign = "x509 -req -in request.pem -CA ca.pem -CAkey key.pem -CAcreateserial"
    try await openssl(sign + " -extfile here.ext -days 2 -out good.pem", in: directory)
    try await openssl(sign + " -extfile there.ext -days 2 -out foreign.pem", in: directory)
    try await openssl(sign + " -extfile here.ext -days -1 -out expired.pem", in: directory)
    let myself = "req -x509 -new -key key.pem -subj /CN=Server -addext subjectAltName=IP:127.0.0.1"
    try await openssl(myself + " -days 2 -out selfmade.pem", in: directory)
  }

  private static func openssl(
    _ line: String, in directory: TemporaryDirectory
  ) async throws(TestSupportError) {
    let record = try await TestProcess.run(
      "openssl", line.split(separator: " ").map(String.init), directory: directory.path)
    guard record.ending == .exited(0) else { throw TestSupportError("openssl \(line): \(record.error)") }
  }
}
