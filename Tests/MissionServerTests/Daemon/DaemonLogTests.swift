import Foundation
import Glibc
import Telemetry
import Testing

@testable import MissionServer

@Suite struct DaemonLogTests {
  private func format(
    _ change: (inout Configuration) -> Void = { _ in }, stream: String? = nil
  ) -> Logger.Format {
    var configuration = Configuration()
    change(&configuration)
    return DaemonLog.format(configuration, environment: stream.map { ["JOURNAL_STREAM": $0] } ?? [:])
  }

  /// What systemd puts into JOURNAL_STREAM for the file that is standard error here.
  private var here: String {
    var status = stat()
    fstat(STDERR_FILENO, &status)
    return "\(status.st_dev):\(status.st_ino)"
  }

  @Test func `on its own it writes for journald where standard error is the journal's, else text`() {
    #expect(format() == .text)
    #expect(format(stream: here) == .journal)
    // Somebody redirected standard error: the variable is of the process before.
    #expect(format(stream: "0:0") == .text)
    #expect(format(stream: "") == .text)
  }

  @Test func `what the configuration says holds, wherever it is written to`() {
    #expect(format({ $0.logFormat = .json }, stream: here) == .json)
    #expect(format({ $0.logFormat = .text }, stream: here) == .text)
    #expect(format({ $0.logFormat = .journal }) == .journal)
  }
}
