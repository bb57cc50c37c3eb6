import Formats
import TestSupport
import Testing

@Suite struct UUIDv7Tests {
  /// The example of RFC 9562, appendix A.6.
  @Test func `agrees with RFC 9562`() {
    let id = UUIDv7(Timestamp(milliseconds: 0x017F_22E2_79B0), random: (0xCC3, 0x18C4_DC0C_0C07_398F))
    #expect(id.description == "017f22e2-79b0-7cc3-98c4-dc0c0c07398f")
  }

  @Test func `ids ascend within a millisecond, past its counter, and when the clock steps back`() {
    var random = SeededBytes(seed: 3)
    var sequence = UUIDv7Sequence()
    var last = sequence.next(at: Timestamp(milliseconds: 1000), random: (random.next(), random.next()))
    for round in 0..<20_000 {
      let now = Timestamp(milliseconds: round < 10_000 ? 1000 : 900 + Int64(round / 100))
      let next = sequence.next(at: now, random: (random.next(), random.next()))
      #expect(next.description > last.description)
      last = next
    }
  }
}
