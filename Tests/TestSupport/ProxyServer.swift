import Foundation

/// tinyproxy on the loopback: a proxy that connects wherever CONNECT says.
package final class ProxyServer: Sendable {
  /// `http://127.0.0.1:PORT`.
  package let url: String
  private let directory: TemporaryDirectory
  private let process: TestProcess

  /// Starts the proxy.
  ///
  /// - Parameter user: whom it asks for, with the password; nil for nobody.
  package init(user: (name: String, password: String)? = nil) async throws(TestSupportError) {
    directory = try TemporaryDirectory()
    let port = try FreePort()
    url = "http://127.0.0.1:\(port.number)"
    let login = user.map { "BasicAuth \($0.name) \($0.password)\n" } ?? ""
    try directory.write(
      "Port \(port.number)\nListen 127.0.0.1\nTimeout 100\nMaxClients 20\nLogLevel Info\n\(login)",
      to: "tinyproxy.conf")
    process = try TestProcess(
      "tinyproxy", ["-d", "-c", directory / "tinyproxy.conf"], timeout: .seconds(280))
    try await process.waitForLine(containing: "Accepting connections")
  }

  /// What it was asked to connect to, in order: `127.0.0.1:443`.
  package var targets: [String] {
    process.output.components(separatedBy: "): CONNECT ").dropFirst().compactMap { rest in
      rest.split(separator: " ").first.map(String.init)
    }
  }
}
