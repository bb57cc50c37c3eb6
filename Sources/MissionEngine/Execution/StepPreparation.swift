import Formats
import MissionModel

/// Makes a step that can run of parameters as they were written: the same for the steps of a document and for
/// those that steps run.
struct StepPreparation {
  let services: ExecutorServices
  let config: MissionConfig

  /// A step, and what was noticed on the way to it.
  struct Prepared {
    let step: any StepType
    let filled: JSONObject
    let warnings: [String]
  }

  /// Finds a type by its name in the document.
  func declaration(_ type: String) throws(StepFailure) -> StepDeclaration {
    guard let declaration = services.catalog[type] else {
      throw StepFailure(.badParameters, "step type \"\(type)\" is not in this version")
    }
    return declaration
  }

  /// Says no to a step whose head asks for more than it may: the policy may have changed since it was
  /// submitted.
  func judge(_ step: Step) throws(StepFailure) {
    var step = step
    step.retryAttempts = step.retryAttempts ?? config.retryAttempts
    try refuse(services.review.head(step))
  }

  /// Fills `written` from `scope`, judges it and makes the step.
  func prepare(
    _ written: JSONObject, for declaration: StepDeclaration, from scope: VariableScope
  ) throws(StepFailure) -> Prepared {
    var filler = TemplateFiller(scope, isStrict: config.strictVariables)
    let filled = try filler.fill(written, for: declaration)
    try ShellQuoting.check(written, shell: filled["shell"], for: declaration)
    return Prepared(step: try make(filled, declaration), filled: filled, warnings: filler.warnings)
  }

  /// Judges `data`, in which braces are nothing but text, and makes the step.
  func prepare(data: JSONObject, for declaration: StepDeclaration) throws(StepFailure) -> Prepared {
    var filled = data
    for parameter in declaration.parameters where parameter.filling == .words && CommandLine.isSplit(data) {
      for name in [parameter.name] + parameter.aliases {
        guard let line = data[name]?.stringValue else { continue }
        filled[name] = .array(try CommandLine.words(line).map(JSON.string))
      }
    }
    return Prepared(step: try make(filled, declaration), filled: filled, warnings: [])
  }

  private func make(_ filled: JSONObject, _ declaration: StepDeclaration) throws(StepFailure) -> any StepType
  {
    try refuse(services.review.step(declaration, filled, true))
    do { return try declaration.makeStep(filled) } catch {
      throw StepFailure(
        .badParameters,
        error.problems.map { "parameters\($0.pointer): \($0.message)" }.joined(separator: "; "))
    }
  }
  private func refuse(_ denials: [Problem]) throws(StepFailure) {
    guard !denials.isEmpty else { return }
    throw StepFailure(
      .denied,
      denials.map { "\($0.pointer.dropFirst()): \($0.message)" + ($0.hint.map { "; \($0)" } ?? "") }
        .joined(separator: "; "))
  }
}

/// What goes into a shell from placeholders must say how. Where `shell` is a placeholder itself, and in the
/// steps that steps run, that is known only at their start (contract §4).
enum ShellQuoting {
  /// Fails at the first placeholder that ends neither in `shell_quote` nor in `raw`.
  ///
  /// - Parameter shell: whether there is one, after it was filled.
  static func check(
    _ written: JSONObject, shell: JSON?, for declaration: StepDeclaration
  ) throws(StepFailure) {
    guard shell == true || shell == "true" else { return }
    for parameter in declaration.parameters where parameter.filling == .words {
      for name in [parameter.name] + parameter.aliases {
        for placeholder in Template(written[name]?.stringValue ?? "").placeholders
        where placeholder.filters.last != .shellQuote && placeholder.filters.last != .raw {
          throw StepFailure(
            .badParameters,
            "\(placeholder.source) would be read by the shell; end it in shell_quote, or in raw to have the "
              + "shell read it")
        }
      }
    }
  }
}
