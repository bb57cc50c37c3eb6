import Posix
import Testing

@Suite struct InterruptionTests {
  @Test func `a wait ends when the descriptor is ready, when it is raised, or in time`() throws {
    let interruption = try Interruption()
    let pipe = try Pipe().release()
    let reader = FileDescriptor(owning: pipe.reader)
    let writer = FileDescriptor(owning: pipe.writer)
    #expect(interruption.wait(for: reader.rawValue, until: .now) == .timedOut)
    #expect(interruption.wait(for: writer.rawValue, forWriting: true, until: nil) == .ready)
    interruption.raise()
    interruption.raise()
    #expect(interruption.isRaised)
    #expect(interruption.wait(for: reader.rawValue, until: nil) == .interrupted)
    #expect(interruption.wait(for: writer.rawValue, forWriting: true, until: nil, heeding: false) == .ready)
  }
}
