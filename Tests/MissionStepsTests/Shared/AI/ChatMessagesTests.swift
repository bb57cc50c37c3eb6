import Formats
import MissionModel
import TestSupport
import Testing

@testable import MissionSteps

@Suite struct ChatMessagesTests {
  @Test func `results that follow each other are one turn, and know their tools`() {
    var path = ""
    let messages = ChatMessages(
      [
        ["role": "user", "content": "go"],
        [
          "role": "assistant",
          "tool_calls": [
            ["id": "a", "function": ["name": "x", "arguments": "{}"]],
            ["id": "b", "function": ["name": "y", "arguments": ["n": 1]]],
          ],
        ], ["role": "tool", "tool_call_id": "a", "content": "1"],
        ["role": "tool", "tool_call_id": "b", "content": "2"],
      ], path: &path)
    #expect(
      messages?.turns.last
        == .results([
          ToolResult(callID: "a", name: "x", text: "1"), ToolResult(callID: "b", name: "y", text: "2"),
        ]))
  }

  @Test(arguments: [
    (#"[{"role":"robot","content":"x"}]"#, "/0"), (#"[{"role":"user","content":"x"},{"role":"tool"}]"#, "/1"),
    ("[]", ""), (#"[{"role":"system","content":"x"}]"#, ""),
  ])
  func `what is no conversation names the place`(text: String, place: String) throws {
    var path = ""
    let messages = ChatMessages(try JSONParser.parse(text).arrayValue ?? [], path: &path)
    #expect(messages == nil)
    #expect(path == place)
  }
}
