import Formats
import MissionModel

/// Step types for the loader's tests: a few parameters of each kind, and nothing to do.
enum LoaderSteps {
  static let catalog = StepCatalog([Nothing.self, Create.self, Fetch.self])

  struct Nothing: StepType {
    static let name = "noop"
    static let summary = "Do nothing."
    static let effects: Effects = []
    static let example = "step_type: noop"
    static let outputs: [OutputField] = []
    init(_ p: inout ParameterReader) {}
    func run(in context: StepContext) async throws(StepFailure) -> JSON { [:] }
  }

  struct Create: StepType {
    static let name = "create_file"
    static let summary = "Create a file."
    static let effects: Effects = .writesFiles
    static let example = "step_type: create_file\nparameters: {path: a}"
    static let outputs: [OutputField] = []
    init(_ p: inout ParameterReader) {
      _ = p.required("path", .writePath, "Where.")
      _ = p.optional("content", .string, default: "", "What.")
      _ = p.optional("overwrite", .bool, default: true, "Whether it may be there.")
      _ = p.optional("encoding", .choice("utf-8", "base64"), default: "utf-8", "How.")
    }
    func run(in context: StepContext) async throws(StepFailure) -> JSON { [:] }
  }

  struct Fetch: StepType {
    static let name = "http"
    static let summary = "Fetch."
    static let effects: Effects = []
    static let example = "step_type: http\nparameters: {url: 'http://a'}"
    static let outputs: [OutputField] = []
    init(_ p: inout ParameterReader) {
      _ = p.required("url", aliases: ["uri"], .url, "Where from.")
      _ = p.optional("retries", .integer(0...10), default: 0, "How often.")
    }
    func run(in context: StepContext) async throws(StepFailure) -> JSON { [:] }
  }
}
