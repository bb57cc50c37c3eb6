import Foundation
import TestSupport
import Testing

/// The scripts that start the built programs.
@Suite struct ScriptsTests {
  private let scripts = (#filePath as NSString).deletingLastPathComponent + "/../../scripts/"
  private let programs: String

  init() throws {
    programs = (try TestProcess.product("missiond") as NSString).deletingLastPathComponent
  }

  @Test func `quickstart ends with a mission that ran`() async throws {
    let record = try await TestProcess.run(scripts + "quickstart", ["--programs", programs])
    #expect(record.ending == .exited(0), "\(record.output)\(record.error)")
    #expect(record.output.hasSuffix("== completed\n"))
    #expect(record.output.contains("\"say\": \"Hello from hello, on Linux "))
  }

  @Test func `nothing acknowledged is lost while the daemon is killed again and again`() async throws {
    let record = try await TestProcess.run(
      scripts + "soak", ["--seconds", "6", "--submitters", "2", "--programs", programs],
      timeout: .seconds(180))
    #expect(record.ending == .exited(0), "\(record.output)\(record.error)")
    #expect(record.output.contains("nothing lost"))
  }
}
