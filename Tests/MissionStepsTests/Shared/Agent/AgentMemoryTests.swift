import Formats
import MissionModel
import Testing

@testable import MissionSteps

@Suite struct AgentMemoryTests {
  @Test func `a checkpoint keeps everything`() throws {
    var memory = AgentMemory("go")
    memory.turns += [
      .assistant("think", calls: [ToolCall(id: "a", name: "t", arguments: ["x": 1], seal: "s")]),
      .results([ToolResult(callID: "a", name: "t", text: "r", isError: true)]),
    ]
    memory.transcript = [.init(thought: "think", tool: "t", arguments: ["x": 1], observation: "r")]
    memory.iterations = 2
    memory.usage = TokenUsage(prompt: 3, completion: 4)
    memory.pending = [ToolCall(id: "b", name: "t", arguments: [:])]
    memory.thought = "again"
    memory.usesText = true
    #expect(AgentMemory(try JSONParser.parse(memory.json.compact)) == memory)
    #expect(memory.toolsUsed == ["t"])
  }

  @Test func `what is no checkpoint is none`() {
    #expect(AgentMemory(nil) == nil)
    #expect(AgentMemory(["turns": []]) == nil)
    #expect(AgentMemory(["turns": [["x": 1]]]) == nil)
  }
}
