import MissionModel
import Testing

@Suite struct ModelSettingsTests {
  @Test func `each provider has its part, and a default model`() {
    var settings = ModelSettings()
    settings.googleGemini.baseURL = "http://g"
    #expect(settings[.googleGemini].baseURL == "http://g")
    for provider in ModelProvider.allCases { #expect(settings[provider].defaultModel != nil) }
    #expect(settings[.anthropic].defaultEmbeddingModel == nil)
  }

  @Test func `sections are named like settings`() {
    #expect(ModelProvider.azureOpenAI.section == "azure_openai")
  }
}
