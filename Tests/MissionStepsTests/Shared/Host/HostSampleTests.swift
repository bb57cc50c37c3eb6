import Formats
import Testing

@testable import MissionSteps

@Suite struct HostSampleTests {
  @Test(arguments: [(1, 3, 33.33), (0, 0, 0), (5, 0, 0), (3, 3, 100)] as [(Int64, Int64, Double)])
  func `shares are percent with two decimals`(part: Int64, whole: Int64, percent: Double) {
    #expect(JSON.percent(part, of: whole) == .double(percent))
  }
}
