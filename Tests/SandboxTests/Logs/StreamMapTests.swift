import MissionModel
import Sandbox
import Testing

@Suite struct StreamMapTests {
  private static let records: [UInt8] = [2, 3, 0, 0, 0, 0, 0, 0, 0, 1, 5, 0, 0, 0, 0, 0, 0, 0]

  @Test func `a log without records is all stdout`() {
    let map = StreamMap(records: [], size: 9)
    #expect(map.size(of: .stdout) == 9)
    #expect(map.size(of: .stderr) == 0)
    #expect(map.parts(of: 2..<100, stream: nil) == [2..<9])
  }

  @Test func `records tell the streams apart`() {
    let map = StreamMap(records: Self.records, size: 9)
    #expect(map.segments.map(\.range) == [0..<3, 3..<5, 5..<9])
    #expect(map.size(of: .stderr) == 2)
    #expect(map.parts(of: 0..<2, stream: .stderr) == [3..<5])
    #expect(map.parts(of: 2..<5, stream: .stdout) == [2..<3, 5..<7])
  }

  @Test func `a record whose bytes never came, or that is torn, changes nothing`() {
    #expect(StreamMap(records: Self.records, size: 5).segments.map(\.range) == [0..<3, 3..<5])
    #expect(
      StreamMap(records: Array(Self.records.prefix(12)), size: 9).segments.map(\.range) == [0..<3, 3..<9])
  }
}
