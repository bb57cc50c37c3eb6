import TestSupport
import Testing

@testable import HTTP

@Suite struct ConnectionMachineTests {
  /// Carries out what a machine says and writes it down, with a clock that moves when it is told to.
  private struct Script {
    var machine: ConnectionMachine
    var now: Duration = .seconds(1000)
    var log: [String] = []
    var bodyLimit = 1000
    /// Answers at once, like a shortcut; otherwise the test calls `answer`.
    var answersAtOnce = true

    init(_ limits: ServerLimits = Script.small) { machine = ConnectionMachine(limits: limits, now: now) }

    static var small: ServerLimits {
      var limits = ServerLimits()
      limits.memoryBodyBytes = 8
      return limits
    }

    mutating func receive(_ text: String) {
      Array(text.utf8).withUnsafeBufferPointer { machine.received($0) }
      run()
    }

    mutating func end() {
      machine.endOfInput()
      run()
    }

    mutating func answer() {
      _ = machine.lastsBeyondAnswer(delimited: true)
      machine.answered(now: now)
      run()
    }

    mutating func pass(_ duration: Duration) {
      now += duration
      if let action = machine.timePassed(now: now) { perform(action) }
    }

    mutating func run() {
      while perform(machine.next(now: now)) {}
    }

    @discardableResult
    mutating func perform(_ action: ConnectionMachine.Action) -> Bool {
      switch action {
      case .read: log.append("read")
      case .wait: log.append("wait")
      case .judge(let head):
        let path = head.headers.text(head.path)
        log.append("judge \(path)")
        if path == "/refused" {
          machine.turnAway()
          answerNow()
        } else {
          machine.admit(bodyLimit: bodyLimit, now: now)
        }
        return true
      case .sendContinue:
        log.append("continue")
        return true
      case .spool(let bytes): log.append("spool \(String(decoding: bytes, as: UTF8.self))")
      case .perform(let body, let spooled):
        log.append("perform \(String(decoding: body, as: UTF8.self)) \(spooled)")
        if answersAtOnce { answerNow() }
        return answersAtOnce
      case .refuse(let refusal):
        log.append("refuse \(refusal.status.code)")
        answerNow()
        return true
      case .linger: log.append("linger")
      case .close: log.append("close")
      }
      return false
    }

    private mutating func answerNow() {
      _ = machine.lastsBeyondAnswer(delimited: true)
      machine.answered(now: now)
    }

    mutating func take() -> [String] {
      defer { log = [] }
      return log
    }
  }

  private let get = "GET /a HTTP/1.1\r\nHost: h\r\n\r\n"

  private func post(_ length: Int, _ fields: String = "") -> String {
    "POST /p HTTP/1.1\r\nHost: h\r\nContent-Length: \(length)\r\n\(fields)\r\n"
  }

  @Test func `a connection serves one request after another`() {
    var script = Script()
    script.receive(get)
    #expect(script.take() == ["judge /a", "perform  0", "read"])
    #expect(script.machine.isIdle)
    script.receive(get)
    #expect(script.take() == ["judge /a", "perform  0", "read"])
  }

  @Test func `requests sent ahead are taken one at a time`() {
    var script = Script()
    script.answersAtOnce = false
    script.receive(get + get.replacing("/a", with: "/b"))
    #expect(script.take() == ["judge /a", "perform  0"])
    script.run()
    #expect(script.take() == ["wait"])
    script.answer()
    #expect(script.take() == ["judge /b", "perform  0"])
  }

  @Test func `a client that sends far ahead is not read from`() {
    var script = Script()
    script.answersAtOnce = false
    script.receive(get)
    #expect(script.machine.wantsInput)
    script.receive(String(repeating: get, count: 600))
    #expect(!script.machine.wantsInput)
  }

  @Test func `content arrives in any pieces`() {
    var script = Script()
    let text = post(5) + "hello" + get
    for byte in text { script.receive(String(byte)) }
    #expect(
      script.take().filter { $0 != "read" } == ["judge /p", "perform hello 0", "judge /a", "perform  0"])
  }

  @Test func `content that fits memory exactly stays there`() {
    var script = Script()
    script.receive(post(8) + "12345678")
    #expect(script.take() == ["judge /p", "perform 12345678 0", "read"])
  }

  @Test func `longer content goes to a file, piece by piece, and nothing is read meanwhile`() {
    var script = Script()
    script.receive(post(18) + "1234567890abcdefgh")
    #expect(script.take() == ["judge /p", "spool 12345678"])
    #expect(!script.machine.wantsInput)
    #expect(script.machine.deadline == nil)
    script.machine.spooled()
    script.run()
    #expect(script.take() == ["spool 90abcdef"])
    script.machine.spooled()
    script.run()
    #expect(script.take() == ["perform gh 16", "read"])
  }

  @Test func `chunked content is taken as any other`() {
    var script = Script()
    script.receive(
      "POST /p HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n7\r\n, world\r\n")
    #expect(script.take() == ["judge /p", "spool hello, w"])
    script.machine.spooled()
    script.run()
    script.receive("0\r\n\r\n" + get)
    #expect(script.take() == ["read", "perform orld 8", "judge /a", "perform  0", "read"])
  }

  @Test(arguments: [(1000, false), (1001, true)])
  func `announced content over the limit is refused before it is read`(length: Int, isRefused: Bool) {
    var script = Script()
    script.receive(post(length))
    #expect(script.take() == (isRefused ? ["judge /p", "refuse 413", "linger"] : ["judge /p", "read"]))
  }

  @Test func `chunked content over the limit is refused when it passes it`() {
    var script = Script()
    script.bodyLimit = 6
    script.receive("POST /p HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n6\r\n123456\r\n")
    #expect(script.take() == ["judge /p", "read"])
    script.receive("1\r\n7\r\n")
    #expect(script.take() == ["refuse 413", "linger"])
  }

  @Test func `a client that asks is told to go on, once`() {
    var script = Script()
    script.receive(post(5, "Expect: 100-continue\r\n"))
    #expect(script.take() == ["judge /p", "continue", "read"])
    script.receive("he")
    script.receive("llo")
    #expect(script.take() == ["read", "perform hello 0", "read"])
  }

  @Test func `a client that did not wait is not told to go on`() {
    var script = Script()
    script.receive(post(5, "Expect: 100-continue\r\n") + "hello")
    #expect(script.take() == ["judge /p", "perform hello 0", "read"])
  }

  @Test func `content of a refused request is never read as a request`() {
    var script = Script()
    script.receive(post(100).replacing("/p", with: "/refused") + get)
    #expect(script.take() == ["judge /refused", "linger"])
    script.receive(get)
    #expect(script.take() == ["linger"])
    script.end()
    #expect(script.take() == ["close"])
  }

  @Test func `a refused request without content leaves the connection open`() {
    var script = Script()
    script.receive(get.replacing("/a", with: "/refused"))
    #expect(script.take() == ["judge /refused", "read"])
  }

  @Test func `what is no request is refused and the connection closes`() {
    var script = Script()
    script.receive("GET / HTTP/1.1\r\n\r\n" + get)
    #expect(script.take() == ["refuse 400", "linger"])
  }

  @Test func `a connection closes after the answer where the client wants it`() {
    var script = Script()
    script.receive("GET /a HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n")
    #expect(script.take() == ["judge /a", "perform  0", "close"])
  }

  @Test func `a client that closes its half gets its answers first`() {
    var script = Script()
    script.answersAtOnce = false
    script.receive(get + get)
    script.end()
    script.answer()
    #expect(script.take() == ["judge /a", "perform  0", "wait", "judge /a", "perform  0"])
    script.answer()
    #expect(script.take() == ["close"])
  }

  @Test(arguments: ["", "GET /a HT", "POST /p HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nhe"])
  func `a client that leaves in mid-request is let go`(text: String) {
    var script = Script()
    script.receive(text)
    _ = script.take()
    script.end()
    #expect(script.take() == ["close"])
  }

  @Test func `a head has ten seconds from its first byte`() {
    var script = Script()
    script.receive("G")
    for _ in 0..<9 {
      script.pass(.seconds(1))
      script.receive("E")
    }
    #expect(!script.take().contains("refuse 408"))
    script.pass(.seconds(1))
    #expect(script.take() == ["refuse 408"])
  }

  @Test func `an idle connection has 75 seconds, counted from its last answer`() {
    var script = Script()
    script.pass(.seconds(74))
    script.receive(get)
    script.pass(.seconds(74))
    #expect(!script.take().contains("close"))
    script.pass(.seconds(1))
    #expect(script.take() == ["close"])
  }

  @Test func `content has a minute, and a second for each 64 KiB that arrived`() {
    var limits = ServerLimits()
    limits.memoryBodyBytes = 1_000_000
    var script = Script(limits)
    script.bodyLimit = 1_000_000
    script.receive(post(500_000))
    script.pass(.seconds(59))
    script.receive(String(repeating: "x", count: 2 * 65_536))
    script.pass(.seconds(2))
    #expect(!script.take().contains("refuse 408"))
    script.pass(.seconds(1))
    #expect(script.take() == ["refuse 408"])
  }

  @Test func `a request being answered has no deadline`() {
    var script = Script()
    script.answersAtOnce = false
    script.receive(get)
    #expect(script.machine.deadline == nil)
  }

  @Test func `a refused client is read from for five seconds at most`() {
    var script = Script()
    script.receive(post(2000))
    script.pass(.seconds(4))
    #expect(!script.take().contains("close"))
    script.pass(.seconds(1))
    #expect(script.take() == ["close"])
  }

  @Test func `a server that stops finishes the request in hand and closes`() {
    var script = Script()
    script.answersAtOnce = false
    script.receive(get)
    script.machine.drain()
    script.answer()
    #expect(script.take() == ["judge /a", "perform  0", "close"])
  }

  @Test func `a server that stops closes an idle connection`() {
    var script = Script()
    script.machine.drain()
    script.run()
    #expect(script.take() == ["close"])
  }

  @Test func `random bytes never trap, whatever pieces they come in`() {
    var random = SeededBytes(seed: 11)
    let texts = [get, post(5) + "hello", post(20, "Expect: 100-continue\r\n")]
    for _ in 0..<2_000 {
      var script = Script()
      var bytes = Array(texts.joined().utf8)
      for _ in 0..<Int.random(in: 0...5, using: &random) {
        bytes[Int.random(in: 0..<bytes.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
      }
      while !bytes.isEmpty {
        let count = min(Int.random(in: 1...40, using: &random), bytes.count)
        bytes[..<count].withUnsafeBufferPointer { script.machine.received($0) }
        bytes.removeFirst(count)
        script.run()
        script.machine.spooled()
        script.pass(.milliseconds(Int.random(in: 0...3000, using: &random)))
      }
      script.end()
    }
  }
}
