import Formats
import Testing

@Suite struct TimestampTests {
  @Test(
    arguments: [
      (0, "1970-01-01T00:00:00.000Z"), (-1, "1969-12-31T23:59:59.999Z"),
      (951_782_400_000, "2000-02-29T00:00:00.000Z"),
      (1_740_832_245_678, "2025-03-01T12:30:45.678Z"), (253_402_300_799_999, "9999-12-31T23:59:59.999Z"),
      (-62_167_219_200_000, "0000-01-01T00:00:00.000Z"), (4_107_542_400_000, "2100-03-01T00:00:00.000Z"),
    ] as [(Int64, String)])
  func `is written in UTC with milliseconds and read back`(milliseconds: Int64, text: String) {
    #expect(Timestamp(milliseconds: milliseconds).description == text)
    #expect(Timestamp(text) == Timestamp(milliseconds: milliseconds))
  }

  @Test(arguments: [
    ("1996-12-19T16:39:57-08:00", "1996-12-20T00:39:57.000Z"),
    ("1990-12-31T23:59:60Z", "1991-01-01T00:00:00.000Z"),
    ("1937-01-01T12:00:27.87+00:20", "1937-01-01T11:40:27.870Z"),
    ("2025-01-01t00:00:00.1234567z", "2025-01-01T00:00:00.123Z"),
  ])
  func `reads every form of RFC 3339`(text: String, utc: String) {
    #expect(Timestamp(text)?.description == utc)
  }

  @Test(arguments: [
    "", "2025-01-01", "2025-01-01 00:00:00Z", "2025-02-29T00:00:00Z", "2025-13-01T00:00:00Z",
    "2025-01-01T24:00:00Z",
    "2025-01-01T00:60:00Z", "2025-01-01T00:00:61Z", "2025-01-01T00:00:00", "2025-01-01T00:00:00.Z",
    "2025-01-01T00:00:00+0100", "2025-01-01T00:00:00Zx", "2025-1-01T00:00:00Z0", "２025-01-01T00:00:00Z",
  ])
  func `refuses anything else`(text: String) {
    #expect(Timestamp(text) == nil)
  }

  @Test func `every day of four centuries comes back`() {
    var date = CivilDate(daysSinceEpoch: -150_000)
    for day in -149_999...150_000 {
      let next = CivilDate(daysSinceEpoch: day)
      #expect(next.daysSinceEpoch == day)
      let follows = next.day == date.day + 1 || (next.day == 1 && (next.month == date.month % 12 + 1))
      #expect(follows)
      date = next
    }
  }

  @Test(arguments: [
    (0, "0 ms"), (340, "340 ms"), (1000, "1 s"), (1250, "1.2 s"), (123_000, "2 min 3 s"), (120_000, "2 min"),
    (3_840_000, "1 h 4 min"), (266_400_000, "3 d 2 h"), (-1500, "-1.5 s"),
  ])
  func `durations are told in two units at most`(milliseconds: Int, text: String) {
    #expect(Duration.milliseconds(milliseconds).described == text)
  }
}
