import Formats
package import MissionModel

/// Where a provider is, and how we say who we are.
struct ModelEndpoint: Sendable, Equatable {
  var provider: ModelProvider
  /// Without a slash at its end.
  var baseURL: String
  var embeddingsBaseURL: String
  var key: String?
  /// True for the provider's own public service, which takes nobody without a key.
  var isPublic: Bool
  /// Azure's `api-version`.
  var version = ""
}

/// Finds out where providers are: from the configuration, else from the variables that their clients read.
package struct ModelDirectory: Sendable {
  let settings: ModelSettings
  let environment: [String: String]
  /// The value of a configured secret.
  let secret: @Sendable (_ name: String) -> VariableScope.Lookup

  /// Describes what is configured; `secret` gives the value of a configured secret.
  package init(
    settings: ModelSettings, environment: [String: String],
    secret: @escaping @Sendable (_ name: String) -> VariableScope.Lookup
  ) {
    self.settings = settings
    self.environment = environment
    self.secret = secret
  }

  /// Looks whether a model could be asked, without asking it.
  ///
  /// - Throws: what is missing, with the setting that would bring it.
  package func check(_ choice: ModelChoice, _ purpose: ModelPurpose) throws(ModelFailure) {
    if choice.provider == ModelProvider.local.rawValue { return }
    _ = try endpoint(try target(choice, purpose).provider, address: choice.address)
  }

  /// The version of Azure's interface that requests are written for.
  private static let azureVersion = "2024-10-21"

  /// The variables and the address that are usual for one provider.
  private struct Usual {
    var keys: [String]
    var addresses: [String]
    var address: String?
  }

  private static func usual(_ provider: ModelProvider) -> Usual {
    switch provider {
    case .openai:
      Usual(keys: ["OPENAI_API_KEY"], addresses: ["OPENAI_BASE_URL"], address: "https://api.openai.com/v1")
    case .anthropic:
      Usual(
        keys: ["ANTHROPIC_API_KEY"], addresses: ["ANTHROPIC_BASE_URL"], address: "https://api.anthropic.com")
    case .ollama:
      Usual(keys: ["OLLAMA_API_KEY"], addresses: ["OLLAMA_HOST"], address: "http://127.0.0.1:11434")
    case .googleGemini:
      Usual(
        keys: ["GEMINI_API_KEY", "GOOGLE_API_KEY"], addresses: ["GOOGLE_GEMINI_BASE_URL"],
        address: "https://generativelanguage.googleapis.com")
    case .azureOpenAI:
      Usual(keys: ["AZURE_OPENAI_API_KEY"], addresses: ["AZURE_OPENAI_ENDPOINT"], address: nil)
    case .local: Usual(keys: [], addresses: [], address: nil)
    }
  }

  /// The provider and the model that a step means (steps.md, AI).
  func target(_ choice: ModelChoice, _ purpose: ModelPurpose) throws(ModelFailure) -> ModelTarget {
    let provider = try provider(choice, purpose)
    let own = settings[provider]
    let fallback = purpose == .chat ? own.defaultModel : own.defaultEmbeddingModel
    if let model = choice.model ?? fallback { return ModelTarget(provider: provider, model: model) }
    let key = purpose == .chat ? "default_model" : "default_embedding_model"
    guard provider != .anthropic || purpose == .chat else {
      throw ModelFailure(.unsupported, "anthropic has no embedding models; choose another provider")
    }
    throw ModelFailure(
      .unknownModel,
      "\(provider.rawValue): no model is named; give model, or set ai.\(provider.section).\(key)")
  }

  private func provider(_ choice: ModelChoice, _ purpose: ModelPurpose) throws(ModelFailure) -> ModelProvider
  {
    let configured = purpose == .chat ? settings.provider : settings.embeddingProvider
    if let name = choice.provider ?? configured {
      if let provider = ModelProvider(rawValue: name) { return provider }
      throw ModelFailure(.unknownProvider, ModelProvider.unknown(name))
    }
    let ready = ModelProvider.allCases.filter { $0 != .local && hasKeyOrAddress($0) }
    return ready.count == 1 ? ready[0] : .openai
  }

  private func hasKeyOrAddress(_ provider: ModelProvider) -> Bool {
    let (own, usual) = (settings[provider], Self.usual(provider))
    return own.baseURL != nil || own.keySecret != nil
      || (usual.keys + usual.addresses).contains { variable($0) != nil }
  }

  /// Where requests to `provider` go; `address` takes the place of what is configured, and gets no key.
  func endpoint(_ provider: ModelProvider, address: String?) throws(ModelFailure) -> ModelEndpoint {
    let (own, usual) = (settings[provider], Self.usual(provider))
    let configured = address ?? own.baseURL ?? usual.addresses.lazy.compactMap(variable).first
    guard let base = (configured ?? usual.address).map({ Self.address($0, of: provider) }) else {
      throw ModelFailure(
        .missingKey,
        "\(provider.rawValue): no address is known; set ai.\(provider.section).base_url or "
          + usual.addresses.joined(separator: " or "))
    }
    var endpoint = ModelEndpoint(
      provider: provider, baseURL: base,
      embeddingsBaseURL: own.embeddingsBaseURL.map { Self.address($0, of: provider) } ?? base,
      key: nil, isPublic: base == usual.address || provider == .azureOpenAI)
    if address != nil { endpoint.embeddingsBaseURL = base }
    if provider == .azureOpenAI {
      endpoint.version = settings.azureAPIVersion ?? variable("OPENAI_API_VERSION") ?? Self.azureVersion
    }
    guard address == nil else { return endpoint }
    endpoint.key = try key(provider, own, usual)
    guard endpoint.key != nil || !endpoint.isPublic || provider == .ollama else {
      throw Self.missingKey(provider, usual)
    }
    return endpoint
  }

  private static func missingKey(_ provider: ModelProvider, _ usual: Usual) -> ModelFailure {
    let section = "ai.\(provider.section)"
    let ownServer = usual.addresses.map { "\($0) or " }.joined() + "\(section).base_url"
    return ModelFailure(
      .missingKey,
      "\(provider.rawValue): no key; set \(usual.keys.joined(separator: " or ")) in the environment, or "
        + "name a secret in \(section).key_secret"
        + (usual.address == nil ? "" : "; a server of your own needs none: name it by \(ownServer)"))
  }

  private func key(
    _ provider: ModelProvider, _ own: ModelSettings.Provider, _ usual: Usual
  ) throws(ModelFailure) -> String? {
    guard let name = own.keySecret else { return usual.keys.lazy.compactMap(variable).first }
    switch secret(name) {
    case .value(let value): return value.text
    case .missing(let sentence):
      throw ModelFailure(.missingKey, "\(provider.rawValue): ai.\(provider.section).key_secret: \(sentence)")
    case .foreign: return nil
    }
  }

  private func variable(_ name: String) -> String? { environment[name].flatMap { $0.isEmpty ? nil : $0 } }

  /// Ollama's own variable may leave the scheme and the port out.
  private static func address(_ text: String, of provider: ModelProvider) -> String {
    var address = text
    while address.hasSuffix("/") { address.removeLast() }
    guard provider == .ollama, !address.contains("://") else { return address }
    if address.hasPrefix("0.0.0.0") { address = "127.0.0.1" + address.dropFirst(7) }
    return "http://" + (address.contains(":") ? address : address + ":11434")
  }
}
