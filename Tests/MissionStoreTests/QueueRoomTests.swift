import Testing

@testable import MissionStore

@Suite struct QueueRoomTests {
  @Test func `places are given out up to what a count has left`() async {
    let room = QueueRoom(limit: 5)
    #expect(await room.take() == false, "nothing is known yet")
    await room.counted(3)
    #expect(await room.take())
    #expect(await room.take())
    #expect(await room.take() == false)
    await room.counted(9)
    #expect(await room.take() == false)
  }
}
