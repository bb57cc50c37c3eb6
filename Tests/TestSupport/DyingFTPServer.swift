/// An FTP server whose first transfer breaks off in the middle, with both of its connections; later ones end
/// well.
package final class DyingFTPServer: Sendable {
  /// The port.
  package let port: UInt16
  /// What the file is that everybody may download.
  package let content = String(repeating: "0123456789", count: 50_000)
  private let directory: TemporaryDirectory
  private let process: TestProcess

  /// Starts the server.
  package init() async throws {
    directory = try TemporaryDirectory()
    try directory.write(Self.script, to: "server.py")
    process = try TestProcess(
      "/usr/bin/python3", ["-u", "server.py"], directory: directory.path, timeout: .seconds(100))
    let line = try await process.waitForLine(containing: "port ")
    guard let number = line.split(separator: " ").last.flatMap({ UInt16($0) }) else {
      throw TestSupportError("no port: \(line)")
    }
    port = number
  }

  /// What was uploaded to the end; throws while nothing was.
  package func uploaded() throws -> String { try TestFile.text(at: directory / "uploaded") }

  // RFC 959, and EPSV of RFC 2428: what libcurl says to a server.
  private static let script = """
    import socket, threading
    file = b"0123456789" * 50_000
    stored, transfers = b"", 0
    def serve(control):
        with control: converse(control)
    def converse(control):
        global stored, transfers
        lines = control.makefile("rb")
        say = lambda text: control.sendall(text.encode() + b"\\r\\n")
        listener, start = None, 0
        say("220 here")
        for line in lines:
            word, _, rest = line.decode().strip().partition(" ")
            if word == "USER": say("331 password")
            elif word == "PASS": say("230 in")
            elif word == "PWD": say('257 "/"')
            elif word in ("CWD", "TYPE"): say("200 done")
            elif word == "SIZE":
                what = file if rest == "file" else stored
                say("213 %d" % len(what) if what else "550 none")
            elif word == "REST": start = int(rest); say("350 from there")
            elif word == "EPSV":
                listener = socket.create_server(("127.0.0.1", 0))
                say("229 come (|||%d|)" % listener.getsockname()[1])
            elif word in ("RETR", "STOR", "APPE"):
                say("150 go")
                data, _ = listener.accept()
                transfers += 1
                dies = transfers == 1
                if word == "RETR": data.sendall(file[start:250_000 if dies else None])
                else:
                    old = stored if word == "APPE" else b""
                    with data.makefile("rb") as source: stored = old + source.read(250_000 if dies else -1)
                    if not dies: open("uploaded", "wb").write(stored)
                data.close()
                if dies: return
                say("226 done")
            elif word == "QUIT": say("221 bye"); return
            else: say("502 no")
    server = socket.create_server(("127.0.0.1", 0))
    print("port", server.getsockname()[1])
    while True:
        threading.Thread(target=serve, args=server.accept()[:1]).start()
    """
}
