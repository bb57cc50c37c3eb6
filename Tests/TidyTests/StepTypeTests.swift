import MissionModel
import MissionSteps
import Testing

/// A step type is one file; its tests, its example and its line in the docs belong to it.
@Suite struct StepTypeTests {
  private let steps = Repository.shared.swift(under: "Sources").filter {
    $0.components[1] == "MissionSteps" && $0.stem.hasSuffix("Step") && $0.components.count == 4
  }

  @Test func `every step type has its name, summary, effects and example`() {
    expectNone(
      steps.flatMap { file in
        ["name", "summary", "effects", "example"].filter { !file.text.matches("static (let|var) \($0)\\b") }
          .map {
            "\(file) does not declare `static let \($0)`; scripts/new-step shows the shape"
          }
      })
  }

  @Test func `every step type has its tests`() {
    let paths = Set(Repository.shared.files.map(\.path))
    expectNone(
      steps.compactMap { file in
        let test = "Tests/MissionStepsTests/\(file.components[2])/\(file.stem)Tests.swift"
        return paths.contains(test) ? nil : "\(file) has no tests: write \(test)"
      })
  }

  @Test func `every parameter of a local step type is used in its tests, under each of its names`() {
    let local = ["Code", "Control", "Data", "Files", "Git", "System"]
    let types = Dictionary(uniqueKeysWithValues: StepCatalog.builtin.declarations.map { ($0.name, $0) })
    expectNone(
      steps.filter { local.contains($0.components[2]) }.flatMap { file -> [String] in
        guard let name = file.text.captures(#"static let name(?:: \w+)? = "(\w+)""#).first,
          let type = types[name]
        else { return ["\(file) declares no type of the catalog: run scripts/generate"] }
        let folder = "Tests/MissionStepsTests/\(file.components[2])/"
        let tests = Repository.shared.files.filter {
          $0.path.hasPrefix(folder + file.stem) && $0.stem.hasSuffix("Tests")
        }
        return type.parameters.flatMap { [$0.name] + $0.aliases }.filter { parameter in
          !tests.contains { $0.text.matches(#"\b\#(parameter)("|\\")?:|"\#(parameter)""#) }
        }.map { "\(folder)\(file.stem)Tests.swift gives no step the parameter \($0)" }
      })
  }

  @Test func `every step type is named as its file is`() {
    expectNone(
      steps.compactMap { file in
        guard let name = file.text.captures(#"static let name(?:: \w+)? = "(\w+)""#).first else { return nil }
        let expected =
          name.split(separator: "_").map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined() + "Step"
        return expected.lowercased() == file.stem.lowercased()
          ? nil : "\(file) declares \(name): call it \(expected).swift"
      })
  }

  @Test func `the catalog holds every step type`() throws {
    let catalog = Repository.shared.files.first {
      $0.path == "Sources/MissionSteps/StepCatalog+Builtin.swift"
    }
    guard let text = catalog?.text else {
      // The catalog is generated with the first step type.
      #expect(steps.isEmpty, "there are step types, but no catalog: run scripts/generate")
      return
    }
    expectNone(
      steps.filter { !text.contains("\($0.stem).self") }.map {
        "\($0) is not in the catalog: run scripts/generate"
      })
  }
}
