import Glibc
import TestSupport
import Testing

@testable import Posix

@Suite struct AskPassTests {
  private let directory: TemporaryDirectory

  init() throws { directory = try TemporaryDirectory() }

  @Test func `what the socket says is printed`() throws {
    let listener = try Socket.listen(on: .unix(directory / "socket"))
    let number = listener.rawValue
    try Thread.start(name: "answer") {
      var entry = pollfd(fd: number, events: Int16(POLLIN), revents: 0)
      guard poll(&entry, 1, 10_000) == 1 else { return }
      let client = accept(number, nil, nil)
      _ = write(client, "pass word\n", 10)
      close(client)
    }
    let pipe = try Pipe(nonblockingReader: true)
    #expect(AskPass.ask(at: directory / "socket", output: pipe.writer.rawValue) == 0)
    #expect(read(pipe.reader.rawValue) == "pass word\n")
    withExtendedLifetime(listener.rawValue) {}
  }

  @Test func `who gets no answer fails and prints nothing`() throws {
    let pipe = try Pipe(nonblockingReader: true)
    #expect(AskPass.ask(at: directory / "nobody", output: pipe.writer.rawValue) == 1)
    let listener = try Socket.listen(on: .unix(directory / "refused"))
    let number = listener.rawValue
    try Thread.start(name: "refuse") {
      var entry = pollfd(fd: number, events: Int16(POLLIN), revents: 0)
      if poll(&entry, 1, 10_000) == 1 { close(accept(number, nil, nil)) }
    }
    #expect(AskPass.ask(at: directory / "refused", output: pipe.writer.rawValue) == 1)
    #expect(read(pipe.reader.rawValue) == nil)
  }

  private func read(_ number: CInt) -> String? {
    var buffer = [UInt8](repeating: 0, count: 64)
    let count = Glibc.read(number, &buffer, buffer.count)
    return count > 0 ? String(decoding: buffer[..<count], as: UTF8.self) : nil
  }
}
