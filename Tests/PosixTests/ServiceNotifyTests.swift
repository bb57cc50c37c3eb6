import Glibc
import Testing

@testable import Posix

@Suite struct ServiceNotifyTests {
  @Test func `a state reaches the supervisor's socket`() throws {
    let path = "/tmp/notify-\(getpid())-\(UInt32.random(in: 0...UInt32.max))"
    let number = socket(AF_UNIX, CInt(SOCK_DGRAM.rawValue), 0)
    let receiver = FileDescriptor(owning: number)
    defer { unlink(path) }
    try SocketAddress.unix(path).withSockaddr { (name, length) in #expect(bind(number, name, length) == 0) }
    try ServiceNotify(environment: ["NOTIFY_SOCKET": path]).send("READY=1\nSTATUS=up")
    var buffer = [UInt8](repeating: 0, count: 64)
    let count = try buffer.withUnsafeMutableBytes { try receiver.read(into: $0) }
    #expect(String(decoding: buffer.prefix(count ?? 0), as: UTF8.self) == "READY=1\nSTATUS=up")
  }

  @Test func `where nobody listens nothing is sent`() throws {
    let notify = ServiceNotify(environment: [:])
    #expect(!notify.isSupervised)
    try notify.send("READY=1")
  }

  @Test func `the watchdog's interval is read unless it is meant for another process`() {
    #expect(ServiceNotify(environment: ["WATCHDOG_USEC": "30000000"]).watchdogInterval == .seconds(30))
    #expect(
      ServiceNotify(environment: ["WATCHDOG_USEC": "1", "WATCHDOG_PID": "7"], pid: 8).watchdogInterval == nil)
    #expect(ServiceNotify(environment: ["WATCHDOG_USEC": "x"]).watchdogInterval == nil)
  }

  @Test func `inherited sockets are listed with their names`() {
    let environment = ["LISTEN_PID": "8", "LISTEN_FDS": "2", "LISTEN_FDNAMES": "http"]
    #expect(
      ServiceNotify(environment: environment, pid: 8).listeners
        == [.init(descriptor: 3, name: "http"), .init(descriptor: 4, name: "unknown")])
    #expect(ServiceNotify(environment: environment, pid: 9).listeners.isEmpty)
    #expect(ServiceNotify(environment: ["LISTEN_PID": "8", "LISTEN_FDS": "99999"], pid: 8).listeners.isEmpty)
  }
}
