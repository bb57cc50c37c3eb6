import Formats
import MissionModel
import MissionSteps
import TestSupport
import Testing

@Suite struct ModelInferenceStepTests {
  private var runner: StepRunner

  init() throws { runner = try StepRunner() }

  /// Sends the step's request to a server that answers `body`; gives the output and the request.
  private func run(_ parameters: String, answer body: String) async throws -> (JSON, String) {
    let server = try LoopbackServer { _ in
      .last(
        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)"
      )
    }
    let output = try await runner.run(
      ModelInferenceStep.self, "{ endpoint: '\(server.url(""))', \(parameters) }")
    return (output, server.requests.value.joined())
  }

  @Test func `KServe's first protocol takes instances and gives predictions`() async throws {
    let (output, request) = try await run(
      "protocol: kserve, model: iris, input: [[1, 2]]", answer: #"{"predictions":[3]}"#)
    #expect(request.hasPrefix("POST /v1/models/iris:predict HTTP/1.1\r\n"))
    #expect(request.hasSuffix(#"{"instances":[[1,2]]}"#))
    #expect(output["response"] == [3])
    #expect(output["outputs"] == [3])
    #expect(output["model"] == "iris")
    #expect(output["finish_reason"] == JSON.null)
  }

  @Test func `the open inference protocol takes tensors`() async throws {
    let (output, request) = try await run(
      "protocol: kserve, model: m, input: { inputs: [{ name: x, shape: [1], datatype: FP32, data: [1] }] }",
      answer: #"{"model_name":"m7","outputs":[{"name":"y","data":[2]}]}"#)
    #expect(request.hasPrefix("POST /v2/models/m/infer HTTP/1.1\r\n"))
    #expect(output["response"]?[0]?["data"] == [2])
    #expect(output["model"] == "m7")
  }

  @Test func `a raw endpoint gets the input as it is`() async throws {
    let (output, request) = try await run("protocol: raw, input: { a: 1 }", answer: "[true]")
    #expect(request.hasPrefix("POST / HTTP/1.1\r\n"))
    #expect(request.hasSuffix(#"{"a":1}"#))
    #expect(output["response"] == [true])
    let (_, second) = try await run(
      "protocol: raw, prompt: hi, parameters: { top: 1 }", answer: "{}")
    #expect(second.hasSuffix(#"{"inputs":"hi","parameters":{"top":1}}"#))
  }

  @Test func `a provider's model answers a text`() async throws {
    var runner = runner
    runner.capabilities.models = .test(
      try await ModelServer.vendorSettings(), environment: ModelServer.vendorEnvironment)
    let output = try await runner.run(
      ModelInferenceStep.self,
      "{ provider: ollama, input: { q: 1 }, parameters: { temperature: 0.5, max_tokens: 9, stop: x } }")
    let understood = try JSONParser.parse(output["response"]?.stringValue ?? "")
    #expect(understood["user"] == #"{"q":1}"#)
    #expect(understood["max_tokens"] == 9)
    #expect(understood["stop"] == ["x"])
    #expect(output["usage"]?["total_tokens"] == 16)
  }

  @Test func `an endpoint that speaks OpenAI's protocol is asked without a key`() async throws {
    var runner = runner
    runner.capabilities.models = .test(ModelSettings(), environment: ["OPENAI_API_KEY": "must-not-leave"])
    let body = #"{"choices":[{"message":{"content":"yes"},"finish_reason":"stop"}]}"#
    let server = try LoopbackServer { _ in
      .last(
        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)"
      )
    }
    let output = try await runner.run(
      ModelInferenceStep.self, "{ endpoint: '\(server.url("/v1"))', model: m, prompt: hi }")
    #expect(output["response"] == "yes")
    #expect(!server.requests.value.joined().contains("must-not-leave"))
  }

  @Test func `bad parameters are told at submission, and a refusal with its words`() async throws {
    #expect(
      try StepRunner.problems(ModelInferenceStep.self, "{ prompt: x, protocol: raw }")
        == ["/protocol: needs endpoint"])
    #expect(
      try StepRunner.problems(
        ModelInferenceStep.self, "{ prompt: x, endpoint: 'http://h', protocol: kserve }")
        == ["/protocol: kserve needs model"])
    #expect(
      try StepRunner.problems(ModelInferenceStep.self, "{ prompt: x, parameters: { temprature: 1 } }")
        == ["/parameters: temprature is not known for texts; did you mean \"temperature\"?"])
    let server = try LoopbackServer { _ in
      .last("HTTP/1.1 400 Bad\r\nContent-Length: 3\r\n\r\nno!")
    }
    #expect(
      await failure {
        try await runner.run(
          ModelInferenceStep.self, "{ endpoint: '\(server.url(""))', protocol: raw, input: 1 }")
      }?.message == "post \(server.url("/")): status 400: no!")
  }

  @Test func `the example validates`() throws { _ = try StepRunner.example(ModelInferenceStep.self) }
}
