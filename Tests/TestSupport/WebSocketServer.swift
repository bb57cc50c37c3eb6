import Foundation

/// A WebSocket server of python3-websockets on the loopback, plain and with TLS; what it does, the path says.
package final class WebSocketServer: Sendable {
  private let directory: TemporaryDirectory
  private let process: TestProcess
  private let plain: String
  private let secure: String

  /// Starts the server.
  package init() async throws(TestSupportError) {
    directory = try TemporaryDirectory()
    try await TLSServer.makeCertificates(in: directory)
    try directory.write(Self.script, to: "server.py")
    // The system's own Python, which has Debian's packages.
    process = try TestProcess(
      "/usr/bin/python3", ["-u", "server.py"], directory: directory.path, timeout: .seconds(280))
    let ports = try await process.waitForLine(containing: "ports ").split(separator: " ")
    plain = "ws://127.0.0.1:\(ports[1])"
    secure = "wss://127.0.0.1:\(ports[2])"
  }

  /// The authority's certificate, in PEM form.
  package var authority: String { directory / "ca.pem" }

  /// The address of `/echo`, `/headers`, `/binary`, `/close`, `/die` or `/silent`.
  package func url(_ path: String, secure isSecure: Bool = false) -> String {
    (isSecure ? secure : plain) + path
  }

  private static let script = """
    import asyncio, ssl, websockets
    async def serve(socket, path):
        if path == "/echo":
            async for message in socket: await socket.send(message)
        elif path == "/headers":
            await socket.send(socket.request_headers.get("X-A", "none"))
            await socket.send(socket.request_headers.get("Authorization", "none"))
        elif path == "/binary": await socket.send(b"\\x00\\x01")
        elif path == "/close": await socket.close(4001, "enough")
        elif path == "/die": socket.transport.abort()
        await socket.wait_closed()
    async def main():
        tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        tls.load_cert_chain("good.pem", "key.pem")
        first = await websockets.serve(serve, "127.0.0.1", 0)
        second = await websockets.serve(serve, "127.0.0.1", 0, ssl=tls)
        print("ports", *[server.sockets[0].getsockname()[1] for server in (first, second)])
        await asyncio.Future()
    asyncio.run(main())
    """
}
