import Formats
import Foundation
import MissionKit
import MissionModel
import Testing

@testable import MissionCLI

@Suite struct StepTypeTextTests {
  private func page(_ name: String) throws -> String {
    guard case .found(let type) = BuiltinCatalog.catalog.look(up: name) else {
      throw CommandError(.failed, "no \(name)")
    }
    return StepTypeText.text(type)
  }

  @Test func `a page begins with what the type does and ends with an example`() throws {
    let page = try page("noop")
    #expect(page.hasPrefix("noop: "))
    #expect(page.contains("\n\nParameters:\n"))
    #expect(page.contains("; default 0."))
    #expect(page.contains("\nMain output: ") == false)
    #expect(!page.contains("\nEffects:"))
    #expect(page.contains("\nExample:\n  step_type: noop\n"))
  }

  @Test func `groups, spellings, needs, effects and the main output are told`() throws {
    let page = try page("llm")
    #expect(page.contains("\n  Exactly one of: prompt, messages\n"))
    #expect(page.contains("\nMain output: content\n"))
    #expect(page.contains("\nNeeds: libcurl.so.4 (Debian: libcurl4)\n"))
    #expect(page.contains("\nEffects: "))
    #expect(try self.page("rag_query").contains("limit | top_k"))
    #expect(try self.page("git_status").contains("\nNeeds: git (Debian: git)\n"))
  }

  @Test func `every type has a page in which a required parameter says so`() throws {
    for type in BuiltinCatalog.catalog.declarations {
      let page = StepTypeText.text(type)
      let required = type.parameters.filter(\.isRequired).count
      #expect(page.components(separatedBy: "; required.").count - 1 == required, "\(type.name)")
    }
  }
}
