import Formats
import MissionEngine
import MissionModel
import MissionKit
import MissionServer

/// A mission in a file: loaded here, with the checks that a submission makes.
struct MissionFile {
  let name: String
  let bytes: [UInt8]
  let context: JSONObject
  private let rule: DocumentLoader.UnknownFields
  private let format: DocumentFormat?

  /// Reads the first operand; `--context` and `--unknown-fields` are taken from the flags.
  init(_ arguments: Arguments, _ console: Console) throws(CommandError) {
    name = arguments.operands[0] == "-" ? "<stdin>" : arguments.operands[0]
    do throws(UsageError) {
      context = JSONObject(try arguments.pairs("--context").map { ($0.key, JSON.string($0.value)) })
      let word = arguments.value("--unknown-fields") ?? "error"
      guard let rule = DocumentLoader.UnknownFields(rawValue: word) else {
        throw UsageError("--unknown-fields \"\(word)\": expected error or warn")
      }
      self.rule = rule
    } catch {
      throw CommandError(error)
    }
    bytes = try InputFile.read(arguments.operands[0], console)
    format =
      switch InputFile.mediaType(of: arguments.operands[0]) {
      case "application/json": .json
      case "application/yaml": .yaml
      default: nil
      }
  }

  /// Loads the mission, or says all that is wrong with it.
  func load(
    limits: Limits = Limits(), review: MissionReview = .none
  ) -> Result<DocumentLoader.Loaded, ValidationError> {
    let loader = DocumentLoader(
      catalog: BuiltinCatalog.catalog, limits: limits, unknownFields: rule, review: review,
      makeSide: SideThread.live)
    do throws(ValidationError) {
      return .success(try loader.load(bytes, as: format, context: context))
    } catch {
      return .failure(error)
    }
  }

  /// Loads the mission as a submission to a daemon with this configuration and environment would be.
  func load(
    for configuration: Configuration, _ console: Console
  ) -> Result<DocumentLoader.Loaded, ValidationError> {
    load(limits: configuration.limits, review: configuration.localReview(console.environment))
  }

  /// How a command ends whose mission has these problems.
  static func exit(_ error: ValidationError) -> ExitStatus {
    error.problems.allSatisfy { $0.isDenial || $0.severity == .warning } ? .denied : .invalidMission
  }

  /// Loads the mission; problems go to standard error.
  func load(_ configuration: Configuration, reportingOn console: Console) throws(CommandError) -> Mission {
    switch load(for: configuration, console) {
    case .success(let loaded):
      for warning in loaded.warnings { console.note(ProblemText.line(warning, file: name)) }
      return loaded.mission
    case .failure(let error):
      for problem in error.problems { console.note(ProblemText.line(problem, file: name)) }
      throw CommandError(Self.exit(error), Self.count(error.problems))
    }
  }

  /// Writes problems to standard error, and a sentence that sums them up.
  func report(_ verdict: Result<DocumentLoader.Loaded, ValidationError>, on console: Console) {
    switch verdict {
    case .success(let loaded):
      for warning in loaded.warnings { console.note(ProblemText.line(warning, file: name)) }
      let waves = TopologicalOrder.waves(of: loaded.mission.steps)?.count ?? 0
      console.print("\(name): valid, \(PlanText.size(steps: loaded.mission.steps.count, waves: waves))")
    case .failure(let error):
      for problem in error.problems { console.note(ProblemText.line(problem, file: name)) }
      console.note("\(name): \(Self.count(error.problems))")
    }
  }

  private static func count(_ problems: [Problem]) -> String {
    let errors = problems.filter { $0.severity == .error }.count
    return errors == 1 ? "1 error" : "\(errors) errors"
  }
}
