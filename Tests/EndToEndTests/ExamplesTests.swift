import Foundation
import Formats
import TestSupport
import Testing

/// Every mission that people read first runs, by the command line and through the daemon.
@Suite struct ExamplesTests {
  private static let folder = (#filePath as NSString).deletingLastPathComponent + "/../../Config/examples/"
  private static let names = ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).sorted()

  /// The environment without any key or address of a model.
  private static let withoutModels = ProcessInfo.processInfo.environment.filter { name, _ in
    !name.hasSuffix("_API_KEY") && !name.hasSuffix("_BASE_URL") && name != "OLLAMA_HOST"
      && name != "AZURE_OPENAI_ENDPOINT"
  }

  /// Where the example that needs a language model finds one: it plays its scene.
  private static func models() async throws -> [String: String] {
    ["OPENAI_BASE_URL": try await ModelServer.agents.address()]
  }

  @Test func `there are examples`() {
    #expect(Self.names.count >= 6)
    #expect(Self.names.contains("hello.yaml"))
  }

  @Test(arguments: names)
  func `an example runs by the command line, all but the agent's without any model`(
    name: String
  ) async throws {
    let directory = try TemporaryDirectory()
    let record = try await TestProcess.run(
      TestProcess.product("mission"), ["run", "--json", Self.folder + name],
      environment: name == "agent.yaml"
        ? Self.withoutModels.merging(Self.models()) { $1 } : Self.withoutModels,
      directory: directory.path)
    #expect(record.ending == .exited(0), "\(record.error)")
    let job = try JSONParser.parse(record.output)
    #expect(job["status"] == "completed")
  }

  @Test(arguments: names)
  func `an example is valid by itself`(name: String) async throws {
    let record = try await TestProcess.run(
      TestProcess.product("mission"), ["validate", Self.folder + name])
    #expect(record.ending == .exited(0), "\(record.output)\(record.error)")
  }

  @Test func `every example runs through the daemon`() async throws {
    let daemon = try await TestDaemon(environment: try await Self.models())
    for name in Self.names {
      let job = try await daemon.execute(String(contentsOfFile: Self.folder + name, encoding: .utf8))
      #expect(job["status"] == "completed", "\(name): \(job.compact)")
    }
  }

  @Test func `the agent's example ends with the mended program in the repository`() async throws {
    let directory = try TemporaryDirectory()
    let record = try await TestProcess.run(
      TestProcess.product("mission"), ["run", "--json", Self.folder + "agent.yaml"],
      environment: ProcessInfo.processInfo.environment.merging(Self.models()) { $1 },
      directory: directory.path)
    #expect(record.ending == .exited(0), "\(record.error)")
    let last = try await TestProcess.run(
      "git", ["-C", directory / "work", "show", "--format=%s", "--unified=0", "HEAD"])
    #expect(last.output.hasPrefix("Mend the sum\n"), "\(last.error)")
    #expect(last.output.hasSuffix("-    return a - b\n+    return a + b\n"), "\(last.output)")
    let transcript = try JSONParser.parse(record.output)["step_results"]?["mend"]?["output"]?["transcript"]
    #expect(
      transcript?.arrayValue?.map { $0["tool"] }
        == ["command", "read_file", "edit_file", "command", .null])
  }

  @Test func `the agent's example says at once what it takes, where there is no model`() async throws {
    let directory = try TemporaryDirectory()
    let record = try await TestProcess.run(
      TestProcess.product("mission"), ["run", Self.folder + "agent.yaml"], environment: Self.withoutModels,
      directory: directory.path)
    #expect(record.ending == .exited(1))
    #expect(
      record.error.hasSuffix(
        "job failed: step \"mend\": openai: no key; set OPENAI_API_KEY in the environment, or name a secret in "
          + "ai.openai.key_secret; a server of your own needs none: name it by OPENAI_BASE_URL or "
          + "ai.openai.base_url\n"), "\(record.error)")
  }

  @Test(arguments: ["local", "openai"])
  func `fields are taken out of a letter by words alone, and by a model`(provider: String) async throws {
    let directory = try TemporaryDirectory()
    let example = try String(contentsOfFile: Self.folder + "extract.yaml", encoding: .utf8)
    let mission = try directory.write(
      example.replacing("provider: local", with: "provider: \(provider)"), to: "extract.yaml")
    let record = try await TestProcess.run(
      TestProcess.product("mission"), ["run", "--json", mission],
      environment: Self.withoutModels.merging(Self.models()) { $1 }, directory: directory.path)
    #expect(record.ending == .exited(0), "\(record.error)")
    let output = try JSONParser.parse(record.output)["step_results"]?["fields"]?["output"]
    #expect(output?["provider"]?.stringValue == provider)
    #expect(output?["json"] == ["customer": "ACME Inc.", "total": 199.5, "urgent": true])
  }

  @Test func `hello says where it ran`() async throws {
    let daemon = try await TestDaemon()
    let job = try await daemon.execute(String(contentsOfFile: Self.folder + "hello.yaml", encoding: .utf8))
    let message = job["step_results"]?["say"]?["output"]?["message"]?.stringValue ?? ""
    #expect(message.hasPrefix("Hello from hello, on Linux "), "\(job.compact)")
  }

  @Test func `an optional step may fail and is seen to have failed`() async throws {
    let daemon = try await TestDaemon()
    let job = try await daemon.execute(String(contentsOfFile: Self.folder + "errors.yaml", encoding: .utf8))
    #expect(job["status"] == "completed")
    #expect(job["step_results"]?["optional"]?["status"] == "failed")
    let report = job["step_results"]?["finish"]?["output"]?["content"]?.stringValue ?? ""
    #expect(report.hasPrefix("the optional step: failed: run ls: exited with code 2"), "\(report)")
  }
}
