import Foundation
import Testing

/// A file that decides something has a test file of its name: who changes one knows where the other is.
@Suite struct MirrorTests {
  /// Files whose decisions are tested elsewhere, each with the place or the reason.
  private static let elsewhere: [String: String] = [
    "Sources/Formats/JSON/JSON.swift": "the parser and the writer make and read every kind of value",
    "Sources/Formats/JSON/JSONObject.swift": "the parser and the writer show the order of keys",
  ]

  @Test func `every file that decides something has its tests beside it`() {
    let tests = Repository.shared.swift(under: "Tests")
    let names = Dictionary(grouping: tests, by: { $0.components[1] }).mapValues { Set($0.map(\.stem)) }
    var decidingCount = 0
    var problems: [String] = []
    for file in Repository.shared.swift(under: "Sources") {
      let target = file.components[1]
      guard target != "missiond", target != "mission", decides(file) else { continue }
      decidingCount += 1
      let candidates = candidates(file.stem)
      let found = candidates.contains { names[target + "Tests", default: []].contains($0) }
      guard !found, Self.elsewhere[file.path] == nil else { continue }
      let name = candidates[candidates.count - 2]
      let group = file.components.dropFirst(2).dropLast().map { $0 + "/" }.joined()
      problems.append("\(file) decides something: write Tests/\(target)Tests/\(group)\(name).swift")
    }
    #expect(decidingCount > 0)
    expectNone(problems)
  }

  @Test func `the list of exceptions names files that are there`() {
    let paths = Set(Repository.shared.files.map(\.path))
    expectNone(
      Self.elsewhere.keys.filter { !paths.contains($0) }.map { "\($0) is gone: take it from the list" })
  }

  /// A file decides something where one of its functions branches, loops or throws.
  private func decides(_ file: Repository.File) -> Bool {
    SwiftText.of(file).functions().contains {
      $0.body.matches(#"\b(if|guard|switch|for|while|repeat|throw)\b"#)
    }
  }

  /// `Plan+Ready.swift` may be tested with `Plan.swift` or by itself.
  private func candidates(_ stem: String) -> [String] {
    let parts = stem.split(separator: "+").map(String.init)
    return [stem, parts.joined(), parts[0]].map { $0 + "Tests" }
  }
}
