import Formats

/// Who runs models, by the name that missions use.
package enum ModelProvider: String, Sendable, CaseIterable {
  /// OpenAI, and every server that speaks its protocol.
  case openai
  case anthropic
  case ollama
  case googleGemini = "google-gemini"
  case azureOpenAI = "azure-openai"
  /// No model at all: hashed n-grams and extracts of texts, without network or key.
  case local

  /// The section below `ai` that configures it.
  package var section: String { rawValue.map { $0 == "-" ? "_" : String($0) }.joined() }

  /// What somebody is told who names a provider that there is not.
  package static func unknown(_ name: String) -> String {
    let known = allCases.map(\.rawValue)
    let closest = EditDistance.closest(to: name, among: known)
    return "there is no provider \"\(name)\"" + (closest.map { "; did you mean \"\($0)\"?" } ?? "")
      + "; known are " + known.joined(separator: ", ")
  }
}
