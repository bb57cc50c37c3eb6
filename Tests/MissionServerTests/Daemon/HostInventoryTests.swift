import MissionModel
import MissionSteps
import TestSupport
import Testing

@testable import MissionServer

@Suite struct HostInventoryTests {
  private func missing(_ path: String, _ name: String) throws -> [Requirement] {
    let type = try #require(StepCatalog.builtin.declarations.first { $0.name == name })
    return HostInventory(path: path).missing(of: type)
  }

  @Test func `a program is one that may be run, in any folder of PATH`() throws {
    let directory = try TemporaryDirectory()
    try directory.write("", to: "git")
    #expect(try missing(directory.path, "git_status") == GitStatusStep.requirements)
    try directory.write("", to: "git", mode: 0o755)
    #expect(try missing("/none:\(directory.path)", "git_status") == [])
    #expect(try missing("", "git_status") == GitStatusStep.requirements)
  }

  @Test func `a library is found without PATH`() throws {
    #expect(try missing("", "parse_xml") == [])
  }

  @Test func `one of several programs is enough`() throws {
    let directory = try TemporaryDirectory()
    try directory.write("", to: "clang", mode: 0o755)
    let missing = try missing(directory.path, "compile_code").map(\.package)
    #expect(!missing.contains("gcc"))
    #expect(missing.contains("g++"))
  }
}
