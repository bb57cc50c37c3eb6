import Formats
import MissionKit
import MissionModel
import Testing

@testable import MissionServer

@Suite struct APISchemasTests {
  private func members(_ name: String) -> Set<String> {
    Set(APISchemas.all[name]?["properties"]?.objectValue?.map { $0.0 } ?? [])
  }

  private func names(_ json: JSON?) -> Set<String> { Set(json?.objectValue?.map { $0.0 } ?? []) }

  @Test func `a job, its summary and a result have the members that are described, and no others`() throws {
    let job = try WireFixture.job()
    let summary = try JSONParser.parse(JobShape.bytes(job))
    #expect(names(summary) == members("JobSummary"))
    let whole = try JSONParser.parse(JobShape.bytes(job, results: [StoredResult(WireFixture.result)]))
    #expect(names(whole) == members("Job"))
    let progress = APISchemas.all["Job"]?["properties"]?["progress"]?["properties"]
    #expect(names(progress) == names(whole["progress"]))
    var writer = JSONWriter()
    StepResultShape.write(StoredResult(WireFixture.result), attempts: WireFixture.attempts, to: &writer)
    #expect(names(try JSONParser.parse(writer.bytes)) == members("StepResult"))
  }

  @Test func `validations, problems and step types have the members that are described`() throws {
    let problem = ValidationShape.problem(Problem(at: "/a", "is odd"))
    #expect(names(problem) == members("DocumentProblem"))
    let invalid = ValidationShape.invalid(ValidationError([Problem(at: "/a", "is odd")]))
    #expect(names(invalid).union(["safety"]) == members("Validation"))
    guard case .found(let noop) = BuiltinCatalog.catalog.look(up: "noop") else { return #expect(Bool(false)) }
    #expect(names(StepTypeShape.describe(noop, missing: [])) == members("StepType"))
  }

  @Test func `the words for states are those that the program has`() {
    let steps = APISchemas.all["StepResult"]?["properties"]?["status"]?["enum"]
    #expect(steps == .array(StepStatus.allCases.map { .string($0.rawValue) }))
    let jobs = APISchemas.all["Job"]?["properties"]?["status"]?["enum"]
    let words = ["queued", "running"] + JobState.Outcome.allCases.map(\.rawValue)
    #expect(jobs == .array(words.map(JSON.string)))
  }

  @Test func `every reference leads to a schema`() {
    func references(_ value: JSON) -> [String] {
      switch value {
      case .object(let object):
        return object.flatMap { name, member in
          name == "$ref" ? [member.stringValue ?? ""] : references(member)
        }
      case .array(let elements): return elements.flatMap(references)
      default: return []
      }
    }
    let known = names(APISchemas.all)
    for reference in references(APISchemas.all) {
      #expect(known.contains(String(reference.split(separator: "/").last ?? "")), "\(reference)")
    }
  }
}
