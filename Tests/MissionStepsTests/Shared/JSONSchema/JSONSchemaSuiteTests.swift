import Foundation
import Formats
import MissionModel
import Sandbox
import Testing

@testable import MissionSteps

/// The official suite for validators, of which every required test has to pass (Tests/Fixtures has its
/// licence).
@Suite struct JSONSchemaSuiteTests {
  private static let folder = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().appendingPathComponent("../../../Fixtures/json-schema-test-suite")
    .standardizedFileURL

  private static func files(_ group: String) -> [String] {
    let names = try? FileManager.default.contentsOfDirectory(
      atPath: folder.appendingPathComponent("tests/\(group)").path)
    return (names ?? []).filter { $0.hasSuffix(".json") }.sorted().map { "\(group)/\($0)" }
  }

  private static let required = files("draft2020-12") + files("draft7")
  private static let optional = files("draft2020-12/optional") + files("draft7/optional")

  /// Every remote document, by the address that the suite gives it.
  private static let remotes: [String: JSON] = {
    let root = folder.appendingPathComponent("remotes")
    let paths = FileManager.default.enumerator(atPath: root.path)?.compactMap { $0 as? String } ?? []
    return Dictionary(
      uniqueKeysWithValues: paths.filter { $0.hasSuffix(".json") }.compactMap { path in
        read(root.appendingPathComponent(path)).map { ("http://localhost:1234/" + path, $0) }
      })
  }()

  private static func read(_ url: URL) -> JSON? {
    (try? Data(contentsOf: url)).flatMap { try? JSONParser.parse(Array($0)) }
  }

  @Test func `the suite is here`() {
    #expect(Self.required.count >= 80)
    #expect(Self.remotes.count >= 30)
  }

  @Test(arguments: required)
  func `every required test of the official suite passes`(file: String) throws {
    let failures = try failures(in: file)
    #expect(failures.isEmpty, "\(failures.joined(separator: "; "))")
  }

  /// Patterns have the classes of Unicode here (contract §10), where ECMA-262 means those of ASCII.
  private static let otherwise = #"^(ECMA 262 \\[dDwWsS] |\\[wd] in pattern)"#

  @Test(arguments: optional)
  func `the optional tests pass but for the classes of patterns`(file: String) throws {
    let failures = try failures(in: file).filter {
      $0.range(of: Self.otherwise, options: .regularExpression) == nil
    }
    #expect(failures.isEmpty, "\(failures.joined(separator: "; "))")
  }

  private func failures(in file: String) throws -> [String] {
    let groups = try #require(Self.read(Self.folder.appendingPathComponent("tests/\(file)"))?.arrayValue)
    #expect(!groups.isEmpty)
    return groups.flatMap { group -> [String] in
      let name = group["description"]?.stringValue ?? ""
      let schema: JSONSchema
      do throws(ValidationError) {
        schema = try JSONSchema(
          group["schema"] ?? .null, documents: Self.remotes,
          edition: file.hasPrefix("draft7") ? .draft7 : .draft2020, patterns: .live())
      } catch { return ["\(name): \(error.problems)"] }
      return (group["tests"]?.arrayValue ?? []).compactMap { test in
        let expected = test["valid"]?.boolValue
        let full = "\(name): \(test["description"]?.stringValue ?? "")"
        do throws(StepFailure) {
          return try schema.validate(test["data"] ?? .null).isEmpty == expected ? nil : full
        } catch { return "\(full): \(error.message)" }
      }
    }
  }
}
