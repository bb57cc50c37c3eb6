import Testing

/// Names and words that say nothing, or that have no place here.
@Suite struct WordTests {
  private let sources = Repository.shared.swift(under: "Sources")
  private let tests = Repository.shared.swift(under: "Tests")

  @Test func `types are named for what they are`() {
    let empty: Set<String> = [
      "Manager", "Helper", "Helpers", "Util", "Utils", "Utility", "Common", "Base", "Impl",
    ]
    let declaration = #"\b(?:struct|class|enum|actor|protocol|typealias)\s+([A-Z]\w*)"#
    let names = (sources + tests).flatMap { file in
      (SwiftText.of(file).code.captures(declaration) + [file.stem]).map { (file, $0) }
    }
    #expect(names.count > 60)
    expectNone(
      names.flatMap { file, name in
        name.captures("([A-Z][a-z0-9]*)").filter(empty.contains).map {
          "\(file): \"\($0)\" in \(name) says nothing; see the words in ARCHITECTURE.md"
        }
      })
  }

  @Test func `nothing is left open or switched off`() {
    // Written in pieces, so that this file does not find itself.
    let marks = ["TO" + "DO", "FIX" + "ME", "XX" + "X", "HA" + "CK"]
    let folders = Repository.shared.written.filter {
      $0.path.matches("^(Sources|Tests|scripts|systemd|Config)/")
    }
    expectNone(
      folders.flatMap { file in
        marks.filter { file.text.matches("\\b\($0)\\b") }.map {
          "\(file) holds \($0): do it, or open an issue"
        }
      })
  }

  @Test func `what cannot fail softly is not written`() {
    expectNone(
      sources.flatMap { file in
        let code = SwiftText.of(file).code
        return ["try!", "fatalError("].filter(code.contains).map {
          "\(file) holds \($0): throw, or a precondition that says what callers promised"
        }
      })
  }

  @Test func `no test sleeps or is switched off`() {
    let banned = [
      ("Task.sleep", "wait for the event with TestSupport's Observed"),
      ("Thread.sleep", "wait for the event with TestSupport's Observed"),
      ("usleep(", "wait for the event with TestSupport's Observed"),
      (".disabled(", "a skipped test proves nothing"),
      (".enabled(if:", "a skipped test proves nothing"),
      ("XCTSkip", "a skipped test proves nothing"),
    ]
    expectNone(
      tests.flatMap { file in
        let code = SwiftText.of(file).code
        return banned.filter { code.contains($0.0) }.map { "\(file) holds \($0.0): \($0.1)" }
      })
  }

  @Test func `the repository knows no workplace and no registry`() {
    let hosts = [
      "pypi", "pythonhosted", "npmjs", "ghcr", "quay", "docker", "crates", "rubygems", "golang", "debian",
    ]
    let registry = #"\b(\#(hosts.joined(separator: "|")))\.(org|io|com)\b"#
    let places = [
      "/wo" + "rk/main", "/wo" + "rk/sha" + "red", "../sha" + "red", "/ro" + "ot/.", "/ho" + "me/user",
    ]
    expectNone(
      Repository.shared.written.flatMap { file in
        let text = file.text
        let hosts = text.captures("(\(registry))").filter { !Self.harmless.contains($0) }
        return (places.filter(text.contains) + hosts).map {
          "\(file) names \($0): a clone elsewhere has no such place; copy what is needed into Tests/Fixtures"
        }
      })
  }

  /// Sites that serve documentation only.
  private static let harmless: Set<String> = ["golang.org"]
}
