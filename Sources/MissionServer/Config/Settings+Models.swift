import MissionModel

extension Settings {
  private static let word = SettingKind.text("a text")
  private static let address = SettingKind.text("an http or https address")
  private static let secretName = SettingKind.text("the name of a secret")

  /// The section `ai`.
  static let models: [Setting] =
    [
      Setting(
        "ai.provider", \.ai.provider, word.orNone,
        "Who is asked where a step names nobody; null is the only one with a key or address, else openai."),
      Setting(
        "ai.embedding_provider", \.ai.embeddingProvider, word.orNone, "The same for embeddings."),
      Setting(
        "ai.log_prompts", \.ai.keeping.prompts, .flag, "Whether steps write prompts into their logs."),
      Setting(
        "ai.log_answers", \.ai.keeping.answers, .flag,
        "Whether steps write answers into their logs, as they come, and the audit trail has what tools are called with."
      ),
      Setting(
        "ai.keep_transcripts", \.ai.keeping.transcripts, .flag,
        "Whether what an agent gives holds its transcript: thoughts, calls and what they gave. What a step gives "
          + "is kept with its job in any case: later steps work with it."),
      Setting(
        "ai.tools", \.ai.tools, .commandTools,
        "Commands for agents and the step tool: NAME: {description, command: [PROGRAM, \"{{argument}}\"], "
          + "parameters: JSON Schema}."),
    ] + openai + anthropic + ollama + googleGemini + azureOpenAI

  private static let openai: [Setting] = [
    Setting(
      "ai.openai.base_url", \.ai.openai.baseURL, address.orNone,
      "Any server that speaks OpenAI's protocol; null is OPENAI_BASE_URL, else https://api.openai.com/v1."),
    Setting(
      "ai.openai.embeddings_base_url", \.ai.openai.embeddingsBaseURL, address.orNone,
      "Where embeddings are asked for; null is the same."),
    Setting(
      "ai.openai.key_secret", \.ai.openai.keySecret, secretName.orNone,
      "The secret (see secrets) that is the key; null is OPENAI_API_KEY."),
    Setting(
      "ai.openai.default_model", \.ai.openai.defaultModel, word.orNone,
      "The model where a step names none."),
    Setting(
      "ai.openai.default_embedding_model", \.ai.openai.defaultEmbeddingModel, word.orNone,
      "The model for embeddings where a step names none."),
  ]

  private static let anthropic: [Setting] = [
    Setting(
      "ai.anthropic.base_url", \.ai.anthropic.baseURL, address.orNone,
      "Where it is; null is ANTHROPIC_BASE_URL, else https://api.anthropic.com."),
    Setting(
      "ai.anthropic.key_secret", \.ai.anthropic.keySecret, secretName.orNone,
      "The secret (see secrets) that is the key; null is ANTHROPIC_API_KEY."),
    Setting(
      "ai.anthropic.default_model", \.ai.anthropic.defaultModel, word.orNone,
      "The model where a step names none."),
  ]

  private static let ollama: [Setting] = [
    Setting(
      "ai.ollama.base_url", \.ai.ollama.baseURL, address.orNone,
      "Where it is; null is OLLAMA_HOST, else http://127.0.0.1:11434."),
    Setting(
      "ai.ollama.embeddings_base_url", \.ai.ollama.embeddingsBaseURL, address.orNone,
      "Where embeddings are asked for; null is the same."),
    Setting(
      "ai.ollama.key_secret", \.ai.ollama.keySecret, secretName.orNone,
      "The secret (see secrets) that is the key; null is OLLAMA_API_KEY."),
    Setting(
      "ai.ollama.default_model", \.ai.ollama.defaultModel, word.orNone,
      "The model where a step names none."),
    Setting(
      "ai.ollama.default_embedding_model", \.ai.ollama.defaultEmbeddingModel, word.orNone,
      "The model for embeddings where a step names none."),
  ]

  private static let googleGemini: [Setting] = [
    Setting(
      "ai.google_gemini.base_url", \.ai.googleGemini.baseURL, address.orNone,
      "Where it is; null is GOOGLE_GEMINI_BASE_URL, else https://generativelanguage.googleapis.com."),
    Setting(
      "ai.google_gemini.embeddings_base_url", \.ai.googleGemini.embeddingsBaseURL, address.orNone,
      "Where embeddings are asked for; null is the same."),
    Setting(
      "ai.google_gemini.key_secret", \.ai.googleGemini.keySecret, secretName.orNone,
      "The secret (see secrets) that is the key; null is GEMINI_API_KEY, else GOOGLE_API_KEY."),
    Setting(
      "ai.google_gemini.default_model", \.ai.googleGemini.defaultModel, word.orNone,
      "The model where a step names none."),
    Setting(
      "ai.google_gemini.default_embedding_model", \.ai.googleGemini.defaultEmbeddingModel, word.orNone,
      "The model for embeddings where a step names none."),
  ]

  private static let azureOpenAI: [Setting] = [
    Setting(
      "ai.azure_openai.base_url", \.ai.azureOpenAI.baseURL, address.orNone,
      "Where it is; null is AZURE_OPENAI_ENDPOINT."),
    Setting(
      "ai.azure_openai.embeddings_base_url", \.ai.azureOpenAI.embeddingsBaseURL, address.orNone,
      "Where embeddings are asked for; null is the same."),
    Setting(
      "ai.azure_openai.key_secret", \.ai.azureOpenAI.keySecret, secretName.orNone,
      "The secret (see secrets) that is the key; null is AZURE_OPENAI_API_KEY."),
    Setting(
      "ai.azure_openai.default_model", \.ai.azureOpenAI.defaultModel, word.orNone,
      "The deployment where a step names none."),
    Setting(
      "ai.azure_openai.default_embedding_model", \.ai.azureOpenAI.defaultEmbeddingModel, word.orNone,
      "The deployment for embeddings where a step names none."),
    Setting(
      "ai.azure_openai.api_version", \.ai.azureAPIVersion, word.orNone,
      "The version of Azure's interface; null is OPENAI_API_VERSION, else 2024-10-21."),
  ]
}
