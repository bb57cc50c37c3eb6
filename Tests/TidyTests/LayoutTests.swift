import Testing

/// The top of the repository, sizes of files and functions, and what a line may hold.
@Suite struct LayoutTests {
  private let repository = Repository.shared

  @Test func `the repository was found and read`() {
    #expect(repository.files.count >= 60)
    #expect(repository.swift(under: "Sources").count > 15)
    #expect(repository.swift(under: "Tests").count > 15)
  }

  @Test func `nothing else lies at the top`() {
    let allowed: Set<String> = [
      "Sources", "Tests", "Config", "scripts", "systemd", "Package.swift", "README.md", "ARCHITECTURE.md",
      "CONTRIBUTING.md", "CHANGELOG.md", "LICENSE", ".ci", ".swift-format", ".gitignore", ".gitattributes",
    ]
    expectNone(
      repository.topLevel.filter { !allowed.contains($0) }.map {
        "\($0) lies at the top of the repository: move it into Sources, Tests, Config, scripts or systemd"
      })
  }

  @Test func `no file hides a second idea`() {
    let files = repository.written.filter { $0.path.matches(#"^(Sources|Tests|scripts)/"#) }
    #expect(files.count > 40)
    expectNone(
      files.compactMap { file in
        let count =
          file.bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).count - 1
        return count > 500 ? "\(file): \(count) lines; split it by meaning, 500 is the most" : nil
      })
  }

  @Test func `no function is longer than 60 lines`() {
    var functionCount = 0
    var problems: [String] = []
    for file in repository.swift(under: "Sources") + repository.swift(under: "Tests") {
      for function in SwiftText.of(file).functions() {
        functionCount += 1
        guard function.lineCount > 60 else { continue }
        problems.append(
          "\(file):\(function.firstLine): \(function.name) has \(function.lineCount) lines; name its parts")
      }
    }
    #expect(functionCount > 60)
    expectNone(problems)
  }

  @Test func `no line of code is longer than 110 columns`() {
    let files = repository.written.filter {
      $0.path.matches(#"^(Sources|Tests|scripts)/.*"#) && !$0.path.hasSuffix(".md")
    }
    expectNone(
      files.flatMap { file in
        file.text.split(separator: "\n", omittingEmptySubsequences: false).enumerated().compactMap {
          index, line in
          line.count > 110 && !isLongForItsText(String(line))
            ? "\(file):\(index + 1): \(line.count) columns; 110 is the most" : nil
        }
      })
  }

  /// A text that is compared or shown as one piece stays in one piece.
  private func isLongForItsText(_ line: String) -> Bool {
    guard !line.trimmed.hasPrefix("//"), line.contains("\"") else { return false }
    return SwiftText(line).code.filter { !$0.isWhitespace }.count <= 60
  }

  @Test func `no file holds control or invisible characters`() {
    let invisible: Set<UInt32> = [
      0x200b, 0x200e, 0x200f, 0x202a, 0x202b, 0x202c, 0x202d, 0x202e, 0x2066, 0x2067, 0x2068, 0x2069, 0xfeff,
    ]
    expectNone(
      repository.written.compactMap { file in
        guard let text = String(validating: file.bytes, as: UTF8.self) else {
          return "\(file) is not UTF-8; only files below Fixtures may be anything else"
        }
        let found = text.unicodeScalars.first { scalar in
          (scalar.value < 0x20 && scalar != "\n") || scalar.value == 0x7f || invisible.contains(scalar.value)
        }
        return found.map { "\(file) holds U+\(String($0.value, radix: 16)); write it as an escape" }
      })
  }
}
