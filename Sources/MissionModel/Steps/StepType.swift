package import Formats

/// A kind of step: says what it is and does it. One type, one file, nothing to register by hand.
///
/// `init(_:)` runs to describe the parameters, to check them at submission, and to read them when a step
/// starts; it must read the same parameters in all three, whatever their values. `run` does the work.
package protocol StepType: Sendable {
  /// The snake_case name of `step_type`.
  static var name: String { get }
  /// One sentence with a full stop.
  static var summary: String { get }
  /// Everything a step of this type may do to the world.
  static var effects: Effects { get }
  /// A step's `step_type` and `parameters` as YAML, which validates.
  static var example: String { get }
  /// The fields of the output.
  static var outputs: [OutputField] { get }
  /// The field that `output_variable`, `STEP_result` and a chain's `previous` give; nil for the whole output.
  static var mainOutput: String? { get }
  /// What the host must have for the type to work; empty where missiond brings everything.
  static var requirements: [Requirement] { get }

  /// Declares the parameters and reads them, in one.
  init(_ p: inout ParameterReader)

  /// Does the work of one attempt and returns the output, a map with the fields of `outputs`.
  ///
  /// Ends at its next await when the surrounding task is cancelled.
  func run(in context: StepContext) async throws(StepFailure) -> JSON
}

extension StepType {
  package static var mainOutput: String? { nil }
  package static var requirements: [Requirement] { [] }
}

/// One field of a step type's output: what the reference shows, and what tests compare real outputs with.
package struct OutputField: Sendable, Equatable {
  package let name: String
  /// A word for its JSON type: `string`, `integer`, `list`, `map`, …
  package let type: String
  /// One sentence.
  package let summary: String

  /// Declares a field.
  package init(_ name: String, _ type: String, _ summary: String) {
    self.name = name
    self.type = type
    self.summary = summary
  }
}

/// Something of the host that a step type works with, and the Debian package that brings it.
package struct Requirement: Sendable, Equatable {
  /// What is looked for.
  package enum Kind: Sendable, Equatable {
    /// Any one of these programs in PATH.
    case program(anyOf: [String])
    /// A shared library, by its soname.
    case library(String)
  }

  package let kind: Kind
  /// The Debian package, as the error names it.
  package let package: String
  /// False if the type does part of its work without it.
  package let isEssential: Bool

  /// Declares what is looked for and where it comes from.
  package init(kind: Kind, package: String, isEssential: Bool) {
    self.kind = kind
    self.package = package
    self.isEssential = isEssential
  }

  /// Declares a program.
  package static func program(_ names: String..., package: String, isEssential: Bool = true) -> Requirement {
    Requirement(kind: .program(anyOf: names), package: package, isEssential: isEssential)
  }

  /// Declares a library by its soname, such as `libxml2.so.2`.
  package static func library(_ soname: String, package: String, isEssential: Bool = true) -> Requirement {
    Requirement(kind: .library(soname), package: package, isEssential: isEssential)
  }
}
