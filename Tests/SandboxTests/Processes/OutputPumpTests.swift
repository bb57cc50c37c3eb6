import Foundation
import MissionModel
import Posix
import TestSupport
import Testing

@testable import Sandbox

@Suite(.timeLimit(.minutes(1))) struct OutputPumpTests {
  /// What happened, in order.
  private let events = Observed<[String]>([])
  private let gate = DispatchSemaphore(value: 0)

  private func pump(_ masker: Masker = .none) -> OutputPump {
    let log = StepLog { [events, gate] _, bytes in
      events.update { $0.append("writes \(bytes.count)") }
      gate.wait()
    }
    let pump = OutputPump(log: log, maxOutputBytes: 8, masker: masker)
    pump.setResume { [events] _ in events.update { $0.append("resumes") } }
    return pump
  }

  private func take(_ count: Int, into pump: OutputPump) -> Flow {
    [UInt8](repeating: 0x61, count: count).withUnsafeBytes { pump.take(.output, $0) }
  }

  @Test func `a child waits over a mebibyte that nobody has begun to write, and no longer`() async throws {
    let pump = pump()
    #expect(take(3, into: pump) == .proceed)
    _ = try await events.wait("the first piece") { $0 == ["writes 3"] }
    #expect(take(1 << 20, into: pump) == .proceed)
    #expect(take(1, into: pump) == .pause)
    gate.signal()
    // It goes on while the mebibyte is being written.
    _ = try await events.wait("the next") { $0 == ["writes 3", "resumes", "writes 1048576"] }
    #expect(take(1, into: pump) == .proceed)
    for _ in 0..<3 { gate.signal() }
    let (output, errors) = await pump.finish()
    #expect(events.value.suffix(2) == ["writes 1", "writes 1"])
    #expect(output.total == 3 + 1 << 20 + 2 && errors.total == 0)
  }

  @Test func `what might have become a secret is written at the end`() async {
    let pump = pump(Masker(["aaaaaab"]))
    for _ in 0..<2 { gate.signal() }
    #expect(take(5, into: pump) == .proceed)
    let (output, _) = await pump.finish()
    #expect(output.bytes == Array("aaaaa".utf8))
    #expect(events.value == ["writes 5"])
  }
}
