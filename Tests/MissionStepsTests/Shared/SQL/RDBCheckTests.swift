import MissionSteps
import Testing

@Suite struct RDBCheckTests {
  @Test(arguments: [1, 4, 100]) func `the checksum is the one of Redis, however the bytes are cut`(size: Int)
  {
    var check = RDBCheck()
    var rest = (Array("123456789".utf8) + [UInt8](repeating: 0, count: 8))[...]
    while !rest.isEmpty {
      check.add(Array(rest.prefix(size)))
      rest = rest.dropFirst(size)
    }
    #expect(check.checksum == 0xE9C6_D914_C4B8_D9CA)
    #expect(!check.isWhole)
  }

  @Test func `a dump is whole with the right checksum or none`() {
    func isWhole(_ tail: [UInt8]) -> Bool {
      var check = RDBCheck()
      check.add(Array("REDIS0011".utf8) + [0xFF] + tail)
      return check.isWhole
    }
    #expect(isWhole([0, 0, 0, 0, 0, 0, 0, 0]))
    #expect(!isWhole([1, 2, 3, 4, 5, 6, 7, 8]))
    #expect(!isWhole([]))
  }
}
