/// What the configuration says of models: the section `ai`.
package struct ModelSettings: Sendable, Equatable {
  /// One provider's part.
  package struct Provider: Sendable, Equatable {
    /// Nil for the usual variable, else the provider's public address.
    package var baseURL: String?
    /// Where embeddings are asked for; nil for the same.
    package var embeddingsBaseURL: String?
    /// The name of the secret that is the key; nil for the usual variable.
    package var keySecret: String?
    package var defaultModel: String?
    package var defaultEmbeddingModel: String?

    /// Describes a provider by its default models.
    package init(defaultModel: String? = nil, defaultEmbeddingModel: String? = nil) {
      self.defaultModel = defaultModel
      self.defaultEmbeddingModel = defaultEmbeddingModel
    }
  }

  /// The provider where a step names none; nil for the only one with a key or an address, else openai.
  package var provider: String?
  /// The same for embeddings.
  package var embeddingProvider: String?
  package var keeping = ModelKeeping()
  package var openai = Provider(
    defaultModel: "gpt-4o-mini", defaultEmbeddingModel: "text-embedding-3-small")
  package var anthropic = Provider(defaultModel: "claude-sonnet-4-5")
  package var ollama = Provider(defaultModel: "llama3.2", defaultEmbeddingModel: "nomic-embed-text")
  package var googleGemini = Provider(
    defaultModel: "gemini-2.5-flash", defaultEmbeddingModel: "gemini-embedding-001")
  /// Models of Azure are the names of deployments.
  package var azureOpenAI = Provider(
    defaultModel: "gpt-4o-mini", defaultEmbeddingModel: "text-embedding-3-small")
  /// Azure's `api-version`; nil for `OPENAI_API_VERSION`, else the built-in one.
  package var azureAPIVersion: String?

  /// Commands that agents and the step `tool` may call by name.
  package var tools: [CommandTool] = []

  /// The defaults.
  package init() {}

  /// The part of a provider; `local` has none.
  package subscript(provider: ModelProvider) -> Provider {
    switch provider {
    case .openai: openai
    case .anthropic: anthropic
    case .ollama: ollama
    case .googleGemini: googleGemini
    case .azureOpenAI: azureOpenAI
    case .local: Provider(defaultModel: "extract", defaultEmbeddingModel: "ngram")
    }
  }
}
