import Formats
import Foundation
import MissionKit
import MissionModel
import MissionServer
import MissionSteps
import Testing

@testable import MissionCLI

@Suite struct StepTypeTextTests {
  private func page(_ name: String, missing: [Requirement] = []) throws -> String {
    guard case .found(let type) = BuiltinCatalog.catalog.look(up: name) else {
      throw CommandError(.failed, "no \(name)")
    }
    return StepTypeText.text(type, missing: missing)
  }

  @Test func `a page begins with what the type does and ends with an example`() throws {
    let page = try page("noop")
    #expect(page.hasPrefix("noop: "))
    #expect(page.contains("\n\nParameters:\n"))
    #expect(page.contains("\n  message      Text to give back. Expects a string; default \"\".\n"))
    #expect(page.contains("\nMain output: ") == false)
    #expect(!page.contains("\nEffects:"))
    #expect(page.contains("\nExample:\n  step_type: noop\n"))
  }

  @Test func `groups, spellings, needs, effects and the main output are told`() throws {
    let page = try page("llm")
    #expect(page.contains("\n  Exactly one of: prompt, messages\n"))
    #expect(page.contains("\nMain output: content\n"))
    #expect(page.contains("\nNeeds:\n  libcurl.so.4  on this host\n"))
    #expect(page.contains("\nEffects: "))
    #expect(try self.page("rag_query").contains("limit | top_k"))
  }

  @Test func `what the host lacks is told with what to install`() throws {
    let git = Requirement.program("git", package: "git")
    #expect(
      try page("git_status", missing: [git]).contains("\nNeeds:\n  git  missing; install git\n\nExample:"))
    let page = try page(
      "compile_code", missing: CompileCodeStep.requirements.filter { ["gcc", "g++"].contains($0.package) })
    #expect(page.contains("\nUses for a part of its work:\n  swift "))
    #expect(page.contains("\n  cc or gcc or clang     missing; install gcc\n"))
    #expect(page.contains("\n  c++ or g++ or clang++  missing; install g++\n"))
    #expect(page.contains("\n  make                   on this host\n"))
  }

  @Test func `each line of the list says whether the host has what the type needs`() throws {
    let list = StepTypeText.list(BuiltinCatalog.catalog, on: HostInventory(path: ""))
    let lines = list.split(separator: "\n")
    #expect(lines.count == BuiltinCatalog.catalog.declarations.count)
    #expect(lines.contains("noop                ready   \(NoopStep.summary)"))
    #expect(lines.contains("git_status          no      \(GitStatusStep.summary)"))
    #expect(lines.contains("compile_code        partly  \(CompileCodeStep.summary)"))
  }

  @Test func `every type has a page in which a required parameter says so`() throws {
    for type in BuiltinCatalog.catalog.declarations {
      let page = StepTypeText.text(type, missing: [])
      let required = type.parameters.filter(\.isRequired).count
      let words = page.split(whereSeparator: \.isWhitespace).joined(separator: " ")
      #expect(words.components(separatedBy: "; required.").count - 1 == required, "\(type.name)")
    }
  }
}
