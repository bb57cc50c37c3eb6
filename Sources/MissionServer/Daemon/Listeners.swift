import Glibc
import HTTP
import Posix
import Telemetry

/// Opens what the daemon listens on: sockets inherited from systemd, or its own.
struct Listeners: Sendable {
  let configuration: Configuration
  let environment: [String: String]
  let notify: ServiceNotify
  let log: Logger
  /// Whether callers over TCP are asked for a token.
  let hasTokens: Bool

  /// Opens everything and hands it to the server; returns the addresses.
  func open(on server: HTTPServer) async throws(StartError) -> [SocketAddress] {
    guard notify.listeners.isEmpty else { return try await takeInherited(on: server) }
    var addresses: [SocketAddress] = []
    for text in configuration.listen {
      let address = try ListenRule.address(text, hasTokens: hasTokens)
      do throws(Errno) { addresses.append(try await server.listen(on: address)) } catch {
        let hint = error.code == EADDRINUSE ? "; another daemon may run; choose another with --listen" : ""
        throw StartError("\(error)\(hint)")
      }
    }
    if let path = try openUnixSocket() {
      do throws(Errno) {
        try await server.listen(on: try Self.listen(at: path, mode: configuration.socketMode))
      } catch { throw StartError("\(error); choose another with --socket-path") }
      addresses.append(.unix(path))
    }
    guard !addresses.isEmpty else {
      throw StartError("there is nothing to listen on; set listen or socket.path")
    }
    return addresses
  }

  private func takeInherited(on server: HTTPServer) async throws(StartError) -> [SocketAddress] {
    var addresses: [SocketAddress] = []
    for listener in notify.listeners {
      do throws(Errno) {
        let number = listener.descriptor
        _ = try check("take over a socket") { fcntl(number, F_SETFD, FD_CLOEXEC) }
        let descriptor = FileDescriptor(owning: number)
        try descriptor.setNonblocking()
        let socket = Socket(owning: descriptor)
        guard try socket.listensForConnections() else { throw Errno(ENOTSOCK, "") }
        let address = try socket.localAddress()
        if let refusal = ListenRule.refusal(of: address, hasTokens: hasTokens, isInherited: true) {
          throw Errno(EACCES, refusal)
        }
        try await server.listen(on: socket)
        addresses.append(address)
      } catch {
        switch error.code {
        case EACCES: throw StartError(error.operation)
        case ENOTSOCK, EBADF: throw Self.isNoListener(listener)
        default: throw StartError("\(error)")
        }
      }
    }
    return addresses
  }

  private static func isNoListener(_ listener: ServiceNotify.Listener) -> StartError {
    StartError(
      "descriptor \(listener.descriptor), which LISTEN_FDS hands over, is no socket that takes connections; "
        + "hand over one of ListenStream= with Accept=no")
  }

  // MARK: The Unix socket

  /// The path to listen at, free; nil where there is no place for a socket that nobody asked for by name.
  private func openUnixSocket() throws(StartError) -> String? {
    if let path = configuration.socketPath {
      guard Self.makeFree(path) else {
        throw StartError(
          "listen on \(path): another process listens there, or it is no socket; choose another with "
            + "--socket-path")
      }
      return path
    }
    for path in ListenRule.socketPlaces(environment)
    where path.utf8.count <= SocketAddress.longestPath && Self.holdsFiles(path) {
      if Self.makeFree(path) { return path }
      log.notice("another process listens on the Unix socket", ["path": path])
    }
    return nil
  }

  /// Whether this process may make something at a path.
  private static func holdsFiles(_ path: String) -> Bool {
    guard let cut = path.lastIndex(of: "/") else { return false }
    return access(String(path[..<cut]), W_OK) == 0
  }

  /// Removes a socket that nobody listens on any more; false if somebody does, or something else is there.
  private static func makeFree(_ path: String) -> Bool {
    var status = stat()
    guard lstat(path, &status) == 0 else { return errno == ENOENT }
    guard status.st_mode & S_IFMT == S_IFSOCK else { return false }
    do throws(Errno) {
      _ = try Socket.connect(to: .unix(path))
      return false
    } catch {
      return error.code == ECONNREFUSED && unlink(path) == 0
    }
  }

  private static func listen(at path: String, mode: Int) throws(Errno) -> Socket {
    let socket = try Socket.listen(on: .unix(path), backlog: 4096)
    _ = try check("set the permissions of", path) { chmod(path, mode_t(mode)) }
    return socket
  }
}
