import MissionSteps
import Testing

/// Frames of RFC 6455 §5, with the examples of §5.7.
@Suite struct WebSocketMachineTests {
  private func machine(_ limit: Int = 1000) -> WebSocketMachine {
    WebSocketMachine(maxMessageBytes: limit) { 0x37FA_213D }
  }

  private func problem(_ bytes: [UInt8], limit: Int = 1000) -> String? {
    var machine = machine(limit)
    do throws(WebSocketError) { _ = try machine.receive(bytes) } catch { return error.message }
    return nil
  }

  @Test func `a message is sent masked`() {
    var machine = machine()
    machine.send("Hello")
    #expect(machine.output == [0x81, 0x85, 0x37, 0xFA, 0x21, 0x3D, 0x7F, 0x9F, 0x4D, 0x51, 0x58])
  }

  @Test(
    arguments: [
      (125, [0x81, 0xFD]), (126, [0x81, 0xFE, 0x00, 0x7E]), (65535, [0x81, 0xFE, 0xFF, 0xFF]),
      (65536, [0x81, 0xFF, 0, 0, 0, 0, 0, 1, 0, 0]),
    ] as [(Int, [UInt8])])
  func `the length takes the shortest of its three forms`(length: Int, head: [UInt8]) {
    var machine = machine()
    machine.send(String(repeating: "a", count: length))
    #expect(machine.output.starts(with: head))
    #expect(machine.output.count == head.count + 4 + length)
  }

  @Test func `a message comes out whole, however its bytes and frames are cut`() throws {
    let bytes: [UInt8] = [0x01, 0x03, 0x48, 0x65, 0x6C, 0x89, 0x01, 0x21, 0x80, 0x02, 0x6C, 0x6F]
    for cut in 0...bytes.count {
      var machine = machine()
      let events = try machine.receive(Array(bytes[..<cut])) + machine.receive(Array(bytes[cut...]))
      #expect(events == [.text("Hello")])
      // The ping in the middle is answered with its payload.
      #expect(machine.output == [0x8A, 0x81, 0x37, 0xFA, 0x21, 0x3D, 0x16])
    }
  }

  @Test func `binary messages and long ones are told apart`() throws {
    var machine = machine()
    let long = [UInt8](repeating: 7, count: 256)
    #expect(try machine.receive([0x82, 0x7E, 0x01, 0x00] + long) == [.binary(long)])
    #expect(try machine.receive([0x82, 0x7F, 0, 0, 0, 0, 0, 0, 0, 1, 9]) == [.binary([9])])
  }

  @Test func `a close is answered with its code, once`() throws {
    var machine = machine()
    #expect(try machine.receive([0x88, 0x04, 0x03, 0xE9, 0x68, 0x69]) == [.close(code: 1001, reason: "hi")])
    #expect(machine.output.prefix(2) == [0x88, 0x82])
    #expect(machine.isClosing)
    let sent = machine.output
    machine.close()
    #expect(machine.output == sent)
  }

  @Test func `a close without a code counts as 1005`() throws {
    var machine = machine()
    #expect(try machine.receive([0x88, 0x00]) == [.close(code: 1005, reason: "")])
  }

  @Test(
    arguments: [
      ([0xC1, 0x00], "a frame uses bits that nobody agreed on"),
      ([0x81, 0x80], "a frame of the server is masked"),
      ([0x09, 0x00], "a control frame is in parts or too long"),
      ([0x89, 0x7E], "a control frame is in parts or too long"),
      ([0x80, 0x00], "a message goes on that never began"),
      ([0x01, 0x00, 0x81, 0x00], "a message begins inside of another"),
      ([0x83, 0x00], "a frame has the unknown kind 3"),
      ([0x81, 0x01, 0xFF], "a text message is no UTF-8"),
      ([0x88, 0x01, 0x03], "a close frame has half a code"),
      ([0x88, 0x03, 0x03, 0xE8, 0xFF], "the reason of a close frame is no UTF-8"),
    ] as [([UInt8], String)])
  func `what breaks the protocol is told`(bytes: [UInt8], message: String) {
    #expect(problem(bytes) == message)
  }

  @Test func `a message is as long as allowed, and not a byte longer`() {
    let words = "a message is longer than 4 bytes; raise limits.max_output_bytes"
    #expect(problem([0x81, 0x04, 1, 2, 3, 4], limit: 4) == nil)
    #expect(problem([0x81, 0x05], limit: 4) == words)
    #expect(problem([0x01, 0x03, 1, 2, 3, 0x80, 0x02], limit: 4) == words)
    #expect(problem([0x82, 0x7F, 255, 255, 255, 255, 255, 255, 255, 255], limit: 4) == words)
  }
}
