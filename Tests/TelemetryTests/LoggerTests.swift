import Formats
import Telemetry
import TestSupport
import Testing

@Suite struct LoggerTests {
  private let lines = Observed<[String]>([])

  private func logger(_ format: Logger.Format, level: LogLevel = .debug) -> Logger {
    Logger(level: level, format: format, now: { Timestamp(milliseconds: 1_767_225_600_123) }) {
      [lines] bytes in
      lines.update { $0.append(String(decoding: bytes, as: UTF8.self)) }
    }
  }

  @Test func `a line for people has time, level, text and metadata`() {
    logger(.text).info("service started", ["service": "http", "listen": "127.0.0.1:7433"])
    #expect(
      lines.value == ["2026-01-01T00:00:00.123Z info service started service=http listen=127.0.0.1:7433\n"])
  }

  @Test func `a line for journald starts with its priority and has no time`() {
    let log = logger(.journal)
    log.error("disk full")
    log.warning("slow")
    log.notice("draining")
    log.info("started")
    log.debug("seen")
    #expect(lines.value == ["<3>disk full\n", "<4>slow\n", "<5>draining\n", "<6>started\n", "<7>seen\n"])
  }

  @Test func `a line of JSON is one object`() {
    logger(.json).notice("job finished", ["job": "0199", "error": "a \"b\"\n"])
    #expect(
      lines.value == [
        #"{"at":"2026-01-01T00:00:00.123Z","level":"notice","message":"job finished","#
          + #""job":"0199","error":"a \"b\"\n"}"# + "\n"
      ])
  }

  @Test func `nothing below the level is written`() {
    let log = logger(.text, level: .notice)
    log.info("no")
    log.notice("yes")
    #expect(lines.value.count == 1)
  }

  @Test func `attached metadata stands on every line, first`() {
    let log = logger(.journal).with(["job": "1"]).with(["step": "build"])
    log.info("started", ["attempt": "2"])
    #expect(lines.value == ["<6>started job=1 step=build attempt=2\n"])
  }

  @Test func `a level is read by its name`() {
    for level in LogLevel.allCases { #expect(LogLevel(name: level.name) == level) }
    #expect(LogLevel(name: "loud") == nil)
  }

  @Test func `the silent logger writes nothing`() {
    Logger.silent.error("nobody hears")
    #expect(lines.value.isEmpty)
  }
}
