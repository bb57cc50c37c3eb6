import Formats
import MissionModel
import Sandbox
import Testing

@testable import MissionKit
@testable import MissionServer

@Suite struct ModelKeysTests {
  private static func warnings(
    _ type: String, _ parameters: JSONObject, environment: [String: String] = [:]
  ) throws -> [Problem] {
    let directory = ModelDirectory(settings: ModelSettings(), environment: environment) { _ in .foreign }
    let declaration = try #require(BuiltinCatalog.catalog[type])
    return ModelKeys(directory: directory).warnings(declaration, parameters)
  }

  @Test(arguments: ["llm", "agent", "generate_embedding"])
  func `a key that is missing is told at submission`(type: String) throws {
    let sentence =
      "openai: no key; set OPENAI_API_KEY in the environment, or name a secret in ai.openai.key_secret; "
      + "a server of your own needs none: name it by OPENAI_BASE_URL or ai.openai.base_url"
    #expect(
      try Self.warnings(type, ["provider": "openai", "model": "m"]) == [
        Problem(.warning, at: "/parameters/provider", sentence)
      ])
    #expect(try Self.warnings(type, ["model": "m"]).map(\.pointer) == ["/parameters"])
  }

  @Test func `nothing is told where the model can be asked, or nobody knows yet`() throws {
    let key = ["OPENAI_API_KEY": "k"]
    #expect(try Self.warnings("llm", ["model": "m"], environment: key) == [])
    #expect(try Self.warnings("llm", ["model": "m", "provider": "local"]) == [])
    #expect(try Self.warnings("llm", ["model": "{{ a.output }}"]) == [])
    #expect(try Self.warnings("llm", ["provider": "nobody"]) == [])
    #expect(try Self.warnings("noop", [:]) == [])
    #expect(
      try Self.warnings("generate_embedding", ["provider": "anthropic"]).map(\.message) == [
        "anthropic has no embedding models; choose another provider"
      ])
  }
}
