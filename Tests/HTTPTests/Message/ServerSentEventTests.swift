import HTTP
import Testing

@Suite struct ServerSentEventTests {
  @Test func `an event is written line by line`() {
    let event = ServerSentEvent(id: "7", event: "step.finished", data: "one\ntwo")
    #expect(
      String(decoding: event.bytes, as: UTF8.self)
        == "id: 7\nevent: step.finished\ndata: one\ndata: two\n\n")
  }

  @Test func `no name can start a line of its own`() {
    let event = ServerSentEvent(id: "7\ndata: x", data: "")
    #expect(String(decoding: event.bytes, as: UTF8.self) == "id: 7data: x\ndata: \n\n")
  }
}
