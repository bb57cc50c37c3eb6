import Formats
import MissionModel
import Testing

@testable import Sandbox

/// `ModelDirectory` and `ModelSettings`: which provider, which model, which address, which key.
@Suite struct ModelDirectoryTests {
  private static func directory(
    _ environment: [String: String] = [:], _ change: (inout ModelSettings) -> Void = { _ in }
  ) -> ModelDirectory {
    var settings = ModelSettings()
    change(&settings)
    return ModelDirectory(settings: settings, environment: environment) { name in
      name == "mine" ? .value("the-secret-key") : .missing("there is no secret \"\(name)\"")
    }
  }

  @Test func `openai is asked where nothing says otherwise, never local`() throws {
    #expect(
      try Self.directory().target(ModelChoice(), .chat)
        == ModelTarget(provider: .openai, model: "gpt-4o-mini"))
    #expect(
      try Self.directory(["OLLAMA_HOST": "x", "OPENAI_API_KEY": "y"]).target(ModelChoice(), .chat).provider
        == .openai)
  }

  @Test func `the only provider with a key or an address is asked`() throws {
    #expect(
      try Self.directory(["ANTHROPIC_API_KEY": "k"]).target(ModelChoice(), .chat).provider == .anthropic)
    #expect(
      try Self.directory { $0.ollama.baseURL = "http://h:1" }.target(ModelChoice(), .embedding)
        == ModelTarget(provider: .ollama, model: "nomic-embed-text"))
  }

  @Test func `the configuration's provider holds, for embeddings its own`() throws {
    let directory = Self.directory {
      $0.provider = "google-gemini"
      $0.embeddingProvider = "local"
    }
    #expect(try directory.target(ModelChoice(), .chat).provider == .googleGemini)
    #expect(try directory.target(ModelChoice(), .embedding).provider == .local)
    #expect(try directory.target(ModelChoice(provider: "openai"), .chat).provider == .openai)
  }

  @Test func `an unknown provider lists the known ones`() {
    #expect(
      throws: ModelFailure(
        .unknownProvider,
        "there is no provider \"olama\"; did you mean \"ollama\"?; known are openai, anthropic, ollama, "
          + "google-gemini, azure-openai, local")
    ) { try Self.directory().target(ModelChoice(provider: "olama"), .chat) }
  }

  @Test func `what a provider cannot do is said`() {
    #expect(
      throws: ModelFailure(
        .unsupported, "anthropic has no embedding models; choose another provider")
    ) { try Self.directory().target(ModelChoice(provider: "anthropic"), .embedding) }
    #expect(
      throws: ModelFailure(
        .unknownModel, "ollama: no model is named; give model, or set ai.ollama.default_model")
    ) {
      try Self.directory { $0.ollama.defaultModel = nil }.target(ModelChoice(provider: "ollama"), .chat)
    }
  }

  @Test func `a missing key names its variable and its setting`() {
    #expect(
      throws: ModelFailure(
        .missingKey,
        "google-gemini: no key; set GEMINI_API_KEY or GOOGLE_API_KEY in the environment, or name a secret in "
          + "ai.google_gemini.key_secret; a server of your own needs none: name it by GOOGLE_GEMINI_BASE_URL or "
          + "ai.google_gemini.base_url")
    ) { try Self.directory().endpoint(.googleGemini, address: nil) }
    #expect(
      throws: ModelFailure(
        .missingKey,
        "azure-openai: no address is known; set ai.azure_openai.base_url or AZURE_OPENAI_ENDPOINT")
    ) { try Self.directory().endpoint(.azureOpenAI, address: nil) }
  }

  @Test func `a server of one's own needs no key`() throws {
    let endpoint = try Self.directory { $0.openai.baseURL = "http://127.0.0.1:8000/v1/" }
      .endpoint(.openai, address: nil)
    #expect(endpoint.baseURL == "http://127.0.0.1:8000/v1")
    #expect(endpoint.key == nil)
    #expect(!endpoint.isPublic)
  }

  @Test func `a key is a configured secret, else the usual variable`() throws {
    let environment = ["OPENAI_API_KEY": "variable"]
    #expect(try Self.directory(environment).endpoint(.openai, address: nil).key == "variable")
    let directory = Self.directory(environment) { $0.openai.keySecret = "mine" }
    #expect(try directory.endpoint(.openai, address: nil).key == "the-secret-key")
    #expect(
      throws: ModelFailure(
        .missingKey, "openai: ai.openai.key_secret: there is no secret \"none\"")
    ) { try Self.directory { $0.openai.keySecret = "none" }.endpoint(.openai, address: nil) }
  }

  @Test func `an address that a step gives gets no key`() throws {
    let endpoint = try Self.directory(["OPENAI_API_KEY": "variable"])
      .endpoint(.openai, address: "http://elsewhere/v1")
    #expect(endpoint.key == nil)
    #expect(endpoint.embeddingsBaseURL == "http://elsewhere/v1")
  }

  @Test(arguments: [
    ("gpu", "http://gpu:11434"), ("0.0.0.0:8080", "http://127.0.0.1:8080"),
    ("https://gpu/x/", "https://gpu/x"),
  ])
  func `OLLAMA_HOST may leave scheme and port out`(host: String, address: String) throws {
    #expect(
      try Self.directory(["OLLAMA_HOST": host]).endpoint(.ollama, address: nil).baseURL == address)
  }
}
