import Foundation
import Testing

/// Who changes a file that decides something knows where its tests are: in a file of its name, or, where it
/// is one of the parts of something larger, in tests of its target that call it by name.
@Suite struct MirrorTests {
  /// Parts that only work inside something larger, whose tests reach them; each with that place.
  private static let elsewhere: [String: String] = [
    "Sources/Formats/JSON/JSONCursor.swift": "JSONReaderTests",
    "Sources/Formats/JSON/JSONNumber.swift": "JSONParserTests",
  ]

  @Test func `every file that decides something has its tests`() {
    let tests = Dictionary(grouping: Repository.shared.swift(under: "Tests")) { $0.components[1] }
    var decidingCount = 0
    var problems: [String] = []
    for file in Repository.shared.swift(under: "Sources") {
      let target = file.components[1]
      guard target != "missiond", target != "mission", decides(file) else { continue }
      decidingCount += 1
      let beside = tests[target + "Tests", default: []]
      let names = candidates(file.stem)
      let isTested = beside.contains { names.contains($0.stem) } || beside.contains { mentions(file, in: $0) }
      guard !isTested, Self.elsewhere[file.path] == nil else { continue }
      let group = file.components.dropFirst(2).dropLast().map { $0 + "/" }.joined()
      let name = names[names.count - 2]
      problems.append("\(file) decides something: write Tests/\(target)Tests/\(group)\(name).swift")
    }
    #expect(decidingCount > 0)
    expectNone(problems)
  }

  /// True where a test calls what the file is named after.
  private func mentions(_ file: Repository.File, in test: Repository.File) -> Bool {
    let name = file.stem.split(separator: "+")[0]
    return SwiftText.of(test).code.matches("\\b\(name)\\b")
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
