import Formats
import MissionModel
import Testing

@testable import Sandbox

@Suite struct OpenAIProtocolTests {
  private static func body(_ provider: ModelProvider, isPublic: Bool) -> (url: String, body: JSON?) {
    var request = ChatRequest([.user("x")])
    request.maxTokens = 5
    let endpoint = ModelEndpoint(
      provider: provider, baseURL: "http://h", embeddingsBaseURL: "http://h", key: nil, isPublic: isPublic,
      version: "2024-10-21")
    let call = OpenAIProtocol().chat(request, model: "m/1", at: endpoint)
    return (call.url, call.body)
  }

  @Test func `the bound of tokens has the name that the server knows`() {
    #expect(Self.body(.openai, isPublic: true).body?["max_completion_tokens"] == 5)
    #expect(Self.body(.openai, isPublic: false).body?["max_tokens"] == 5)
  }

  @Test func `azure has its deployment in the path`() {
    let (url, body) = Self.body(.azureOpenAI, isPublic: true)
    #expect(url == "http://h/openai/deployments/m%2F1/chat/completions?api-version=2024-10-21")
    #expect(body?["model"] == nil)
  }

  @Test(arguments: [
    (
      #"{"type":"object","properties":{"a":{"type":"string"}},"required":["a"],"additionalProperties":false}"#,
      true
    ),
    (#"{"type":"object","properties":{"a":{}},"required":[],"additionalProperties":false}"#, false),
    (#"{"type":"object","properties":{"a":{}},"required":["a"]}"#, false),
    (#"{"type":"array","items":{"type":"object"}}"#, false),
    (#"{"type":"array","items":{"type":"string"}}"#, true),
  ])
  func `strict mode is asked for where the schema allows it`(schema: String, holds: Bool) throws {
    #expect(StrictSchema.holds(try JSONParser.parse(schema)) == holds)
  }

  @Test func `an error inside a stream is a failure`() {
    var parts = ModelAnswerParts()
    #expect(throws: ModelFailure(.cutOff, "the server gave up: out of memory")) {
      try OpenAIProtocol().take(
        StreamPiece(data: #"{"error":{"message":"out of memory"}}"#), into: &parts)
    }
    #expect(throws: ModelFailure(.badAnswer, "the answer is no JSON: \"oops\"")) {
      try OpenAIProtocol().take(StreamPiece(data: "oops"), into: &parts)
    }
  }

  @Test func `arguments that are no JSON stay a text`() throws {
    var parts = ModelAnswerParts()
    for text in ["{\\\"a\\\":", "}"] {
      _ = try OpenAIProtocol().take(
        StreamPiece(
          data:
            #"{"choices":[{"delta":{"tool_calls":[{"index":0,"function":{"arguments":"\#(text)"}}]}}]}"#),
        into: &parts)
    }
    #expect(parts.toolCalls == [ToolCall(id: "call_0", name: "", arguments: "{\"a\":}")])
  }
}
