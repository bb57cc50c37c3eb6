import Glibc

/// What a service tells its supervisor, and what it gets from it.
///
/// The protocol is `sd_notify(3)`, `sd_watchdog_enabled(3)` and `sd_listen_fds(3)`: datagrams and variables.
package struct ServiceNotify: Sendable {
  private let path: String?
  /// How often a heartbeat is due at the least; nil where nobody watches.
  package let watchdogInterval: Duration?
  /// Listening sockets that were opened for this process, with their names where given.
  package let listeners: [Listener]

  /// A socket that was there before the process.
  package struct Listener: Equatable, Sendable {
    package let descriptor: CInt
    package let name: String
  }

  /// Reads the supervisor's variables; those meant for another process are ignored.
  package init(environment: [String: String], pid: Int32 = getpid()) {
    path = environment["NOTIFY_SOCKET"].flatMap { $0.hasPrefix("/") || $0.hasPrefix("@") ? $0 : nil }
    let isWatched = environment["WATCHDOG_PID"].map { $0 == String(pid) } ?? true
    watchdogInterval =
      isWatched
      ? environment["WATCHDOG_USEC"].flatMap(Int64.init).flatMap { $0 > 0 ? .microseconds($0) : nil } : nil
    guard environment["LISTEN_PID"] == String(pid), let count = environment["LISTEN_FDS"].flatMap(CInt.init),
      (1...64).contains(count)
    else {
      listeners = []
      return
    }
    let names = (environment["LISTEN_FDNAMES"] ?? "").split(separator: ":", omittingEmptySubsequences: false)
    listeners = (0..<count).map { index in
      Listener(descriptor: 3 + index, name: Int(index) < names.count ? String(names[Int(index)]) : "unknown")
    }
  }

  /// Whether anybody listens.
  package var isSupervised: Bool { path != nil }

  /// Sends one state such as `READY=1`, `STOPPING=1`, `WATCHDOG=1` or `STATUS=…`; nothing where nobody
  /// listens.
  package func send(_ state: String) throws(Errno) {
    guard let path else { return }
    let type = CInt(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue)
    let socket = FileDescriptor(owning: try check("make socket") { Glibc.socket(AF_UNIX, type, 0) })
    let number = socket.rawValue
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    var bytes = Array(path.utf8)
    guard bytes.count < MemoryLayout.size(ofValue: address.sun_path) else {
      throw Errno(ENAMETOOLONG, "notify", path)
    }
    if bytes[0] == UInt8(ascii: "@") { bytes[0] = 0 }
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes) }
    let length = socklen_t(2 + bytes.count)
    let text = Array(state.utf8)
    _ = try check("notify", path) {
      withUnsafePointer(to: &address) { pointer in
        pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
          sendto(number, text, text.count, CInt(MSG_NOSIGNAL), $0, length)
        }
      }
    }
  }
}
