import Glibc

/// Our programs as the one that SSH_ASKPASS names; see `ssh(1)`.
package enum AskPass {
  /// The variable that turns `mission` and `missiond` into it; its value is the socket to ask at.
  package static let variable = "MISSION_ASKPASS"

  /// Where to ask, if this process was started to do so.
  package static var socket: String? { getenv(variable).map { String(cString: $0) } }

  /// Fetches the password and prints it. Blocks, at most for ten seconds without a word.
  ///
  /// - Returns: the exit code; 1 where nobody answered.
  package static func ask(at path: String, output: CInt = STDOUT_FILENO) -> Int32 {
    do throws(Errno) {
      let socket = try Socket.connect(to: .unix(path))
      let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 4096, alignment: 1)
      defer { buffer.deallocate() }
      while true {
        var entry = pollfd(fd: socket.rawValue, events: Int16(POLLIN), revents: 0)
        guard poll(&entry, 1, 10_000) > 0 else { return 1 }
        guard let count = try socket.read(into: buffer) else { continue }
        guard count > 0 else { return 1 }
        return write(output, buffer.baseAddress, count) == count ? 0 : 1
      }
    } catch { return 1 }
  }
}
