import Foundation
import Testing

/// Who changes a file that decides something finds its tests: in a file of its name, in tests that call it by
/// name, or, where it is a part, in those of the file beside it that it is a part of.
@Suite struct MirrorTests {
  @Test func `every file that decides something has its tests`() {
    let sources = Repository.shared.swift(under: "Sources").filter { $0.stem != "Main" }
    let deciding = sources.filter(decides)
    #expect(deciding.count > 100)
    let tested = testedPaths(of: sources)
    expectNone(
      deciding.filter { !tested.contains($0.path) }.map { file in
        let folders = ["\(file.components[1])Tests"] + file.components.dropFirst(2).dropLast()
        let name = file.stem.replacingOccurrences(of: "+", with: "")
        return "\(file) decides something: write Tests/\(folders.joined(separator: "/"))/\(name)Tests.swift"
      })
  }

  /// Files that a test of their target names, and then, folder by folder, the parts that those name.
  private func testedPaths(of sources: [Repository.File]) -> Set<String> {
    let tests = Dictionary(grouping: Repository.shared.swift(under: "Tests")) { $0.components[1] }
    let called = tests.mapValues { files in files.reduce(into: Set<String>()) { $0.formUnion(words(of: $1)) }
    }
    var tested: Set<String> = []
    for folder in Dictionary(grouping: sources, by: { ($0.path as NSString).deletingLastPathComponent })
      .values
    {
      let known = called[folder[0].components[1] + "Tests", default: []]
      var next = folder.filter { known.contains(mainType($0)) || known.contains(mainType($0) + "Tests") }
      while let file = next.popLast() {
        guard tested.insert(file.path).inserted else { continue }
        let named = words(of: file)
        next += folder.filter { named.contains(mainType($0)) }
      }
    }
    return tested
  }

  private func words(of file: Repository.File) -> Set<String> {
    Set(SwiftText.of(file).code.split { !$0.isLetter && !$0.isNumber && $0 != "_" }.map(String.init))
  }

  /// What a file is named after; `Plan+Ready.swift` belongs to `Plan`.
  private func mainType(_ file: Repository.File) -> String {
    String(file.stem.prefix { $0 != "+" })
  }

  /// A file decides something where one of its functions branches, loops or throws.
  private func decides(_ file: Repository.File) -> Bool {
    SwiftText.of(file).functions().contains {
      $0.body.matches(#"\b(if|guard|switch|for|while|repeat|throw)\b"#)
    }
  }
}
