import Glibc
import Testing

@testable import Posix

@Suite struct ProcessStatisticsTests {
  @Test func `the figures are those of a living process`() throws {
    let statistics = try ProcessStatistics.current()
    #expect(statistics.residentBytes > 1 << 20)
    #expect(statistics.openDescriptors >= 3)
    #expect(statistics.threads >= 1)
    #expect(statistics.userSeconds + statistics.systemSeconds > 0)
  }
}
