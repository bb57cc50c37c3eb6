import Testing

@testable import MissionStore

@Suite struct QueueRoomTests {
  @Test func `places are given out up to what a count has left`() {
    let room = QueueRoom(limit: 5)
    #expect(room.take() == false, "nothing is known yet")
    room.counted(3)
    #expect(room.take())
    #expect(room.take())
    #expect(room.take() == false)
    room.counted(9)
    #expect(room.take() == false)
  }
}
