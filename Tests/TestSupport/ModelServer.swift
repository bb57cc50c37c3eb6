package import Formats
import Foundation
package import MissionModel
import Sandbox

/// A server of models for tests: a script of `Tests/Fixtures/models` that lives as long as the test process.
package final class ModelServer: Sendable {
  /// What the script said of itself: where it listens.
  package let addresses: JSONObject
  private let process: TestProcess

  /// llama.cpp on random weights: `chat` and `embeddings`.
  package static var llama: ModelServer {
    get async throws { try await started["llama.py"]!.value }
  }
  /// The protocols of the vendors: `address`.
  package static var vendors: ModelServer {
    get async throws { try await started["vendors.py"]!.value }
  }
  /// A model that plays the scenes of agents: `address`.
  package static var agents: ModelServer {
    get async throws { try await started["agents.py"]!.value }
  }
  /// The key that the vendors' servers want.
  package static let vendorKey = "test-key-0123456789"

  /// Each is started once, when a test first asks for it.
  private static let started: [String: Starter] = [
    "llama.py": Starter("llama.py"), "vendors.py": Starter("vendors.py"),
    "agents.py": Starter("agents.py"),
  ]

  private actor Starter {
    private let script: String
    private var task: Task<ModelServer, any Error>?

    init(_ script: String) { self.script = script }

    var value: ModelServer {
      get async throws {
        let task = task ?? Task { [script] in try await ModelServer(script) }
        self.task = task
        return try await task.value
      }
    }
  }

  /// Starts a script and waits for its addresses.
  package init(_ script: String, _ arguments: [String] = []) async throws {
    let root = URL(fileURLWithPath: #filePath).resolvingSymlinksInPath().deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent().path
    let python = root + "/.build/python/bin/python"
    guard access(python, X_OK) == 0 else {
      throw TestSupportError("\(python) is missing: scripts/test makes it")
    }
    process = try TestProcess(
      python, ["-B", "\(root)/Tests/Fixtures/models/\(script)"] + arguments, timeout: .seconds(3600))
    let line = try await process.waitForLine(containing: "{", timeout: .seconds(60))
    guard let addresses = try JSONParser.parse(line).objectValue else {
      throw TestSupportError("\(script) printed \(line)")
    }
    self.addresses = addresses
  }

  /// Settings with which the provider of this name asks the vendors' server.
  package static func vendorSettings() async throws -> ModelSettings {
    let address = try await vendors.address()
    var settings = ModelSettings()
    settings.openai.baseURL = address + "/openai/v1"
    settings.anthropic.baseURL = address + "/anthropic"
    settings.ollama.baseURL = address + "/ollama"
    settings.googleGemini.baseURL = address + "/gemini"
    settings.azureOpenAI.baseURL = address + "/azure"
    for part in [\ModelSettings.openai, \.anthropic, \.ollama, \.googleGemini, \.azureOpenAI] {
      settings[keyPath: part].defaultModel = "test-model"
      settings[keyPath: part].defaultEmbeddingModel = "test-model"
    }
    return settings
  }

  /// The keys that go with `vendorSettings`.
  package static let vendorEnvironment = [
    "OPENAI_API_KEY": vendorKey, "ANTHROPIC_API_KEY": vendorKey, "GEMINI_API_KEY": vendorKey,
    "AZURE_OPENAI_API_KEY": vendorKey,
  ]

  /// Settings with which openai is llama.cpp.
  package static func llamaSettings() async throws -> ModelSettings {
    let server = try await llama
    var settings = ModelSettings()
    settings.openai.baseURL = server.address("chat")
    settings.openai.embeddingsBaseURL = server.address("embeddings")
    return settings
  }

  /// One of its addresses.
  package func address(_ name: String = "address") -> String { addresses[name]?.stringValue ?? "" }
}

extension Models {
  /// Real models behind `settings`, on the real network.
  package static func test(_ settings: ModelSettings, environment: [String: String] = [:]) -> Models {
    .live(
      settings, environment: environment, secret: { .missing("there is no secret \"\($0)\"") },
      network: .live(), now: { Timestamp(milliseconds: 1_700_000_000_000) })
  }
}
