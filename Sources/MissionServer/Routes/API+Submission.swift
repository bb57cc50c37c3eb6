import Formats
import HTTP
import MissionModel
import MissionStore
import Posix
import Sandbox

// Requests that make jobs, and those that only look at what would become of one.
extension API {
  static let documentTypes = ["application/json", "application/yaml", "text/yaml", "application/x-yaml"]

  private static let waiting = Endpoint.QueryParameter(
    "wait", ["type": "integer", "minimum": 0, "maximum": 300],
    "Seconds to wait for the job's end; the header Prefer: wait=N does the same.")
  private static let unknownFields = Endpoint.QueryParameter(
    "unknown_fields", ["enum": ["error", "warn"]], "What a field that nobody knows is.")

  var submissionEndpoints: [Endpoint] {
    [
      Endpoint(
        .post, "/missions/execute", "Takes a mission and carries it out.", scope: .submit,
        handler: handler(execute)
      ).with {
        $0.query = [
          Self.waiting,
          .init(
            "dry_run", ["type": "boolean"], "Only say what would be wrong, and in which order steps run."),
          Self.unknownFields,
          .init(
            "priority", ["type": "integer", "minimum": -100, "maximum": 100],
            "Jobs with a higher one start first."),
          .init("workspace", ["type": "string"], "An existing directory to work in."),
          .init("context.NAME", ["type": "string"], "A context variable."),
        ]
        $0.content = Self.documentTypes
        $0.answers = [
          .init(200, "The job, which ended while the client waited.", schema: "Job"),
          .init(202, "The job is accepted and on disk.", schema: "JobSummary"),
        ]
        $0.problems = [400, 403, 413, 415, 422, 429, 503]
        $0.takesIdempotencyKey = true
      },
      Endpoint(
        .post, "/missions/validate", "Says everything that is wrong with a mission.", scope: .submit,
        handler: handler(validate)
      ).with {
        $0.query = [
          Self.unknownFields,
          .init("safety", ["type": "boolean"], "Also say what each step may touch, and what is denied."),
        ]
        $0.content = Self.documentTypes
        $0.answers = [.init(200, "Whether it is valid, and its order.", schema: "Validation")]
        $0.problems = [413, 415]
      },
      Endpoint(
        .post, "/steps/execute", "Carries out one step, as a job of its own.", scope: .submit,
        handler: handler(executeStep)
      ).with {
        $0.query = [Self.waiting]
        $0.content = ["application/json", "application/yaml"]
        $0.answers = [
          .init(200, "The job, which ended while the client waited.", schema: "Job"),
          .init(202, "The job is accepted and on disk.", schema: "JobSummary"),
        ]
        $0.problems = [400, 403, 413, 415, 422, 429, 503]
        $0.takesIdempotencyKey = true
      },
    ]
  }

  private func execute(_ request: Request) async throws(APIError) -> Response {
    let query = try request.checkedQuery(
      ["wait", "dry_run", "unknown_fields", "priority", "workspace"], prefixes: ["context."])
    let format = try request.documentFormat()
    var order = Order()
    order.key = try request.idempotencyKey()
    order.wait = try request.wait(query)
    order.priority = try query.integer("priority", -100...100) ?? 0
    order.workspace = query["workspace"]
    for item in query.items(prefixed: "context.") { order.context[item.name] = .string(item.value) }
    let unknown = try Self.unknownFields(query)
    if query.isSet("dry_run") {
      return await dryRun(request, as: format, context: order.context, unknownFields: unknown)
    }
    let document: MissionIntake.Document
    do throws(ValidationError) {
      document = try await intake.read(
        request.body, as: format, context: order.context, unknownFields: unknown)
    } catch {
      return try await refused(error, await intake.content(of: request.body), order, for: request)
    }
    return try await submit(document, order, for: request)
  }

  private func validate(_ request: Request) async throws(APIError) -> Response {
    let query = try request.checkedQuery(["unknown_fields", "safety"])
    let format = try request.documentFormat()
    let unknown = try Self.unknownFields(query)
    guard query.isSet("safety") else {
      return await dryRun(request, as: format, context: [:], unknownFields: unknown)
    }
    do throws(ValidationError) {
      // Without the policy: what it denies stands in the report.
      let document = try await intake.withoutReview.read(
        request.body, as: format, context: [:], unknownFields: unknown)
      return Self.json(200, safetyAnswer(document))
    } catch {
      return Self.json(200, ValidationShape.invalid(error).adding("safety", .null))
    }
  }

  private func safetyAnswer(_ document: MissionIntake.Document) -> JSON {
    var report = SafetyReport(
      document.mission, catalog: intake.catalog, judge: safety.policy.judge, confinement: safety.confinement)
    report.locateDenials(in: document.bytes, document.format)
    return ValidationShape.valid(document.mission, warnings: document.warnings)
      .adding("safety", SafetyShape.json(report))
  }

  private func dryRun(
    _ request: Request, as format: DocumentFormat?, context: JSONObject,
    unknownFields: DocumentLoader.UnknownFields
  ) async -> Response {
    do throws(ValidationError) {
      let document = try await intake.read(
        request.body, as: format, context: context, unknownFields: unknownFields)
      return Self.json(200, ValidationShape.valid(document.mission, warnings: document.warnings))
    } catch {
      return Self.json(200, ValidationShape.invalid(error))
    }
  }

  /// `{step, context}` becomes a mission of one step, which is stored as the job's document.
  private func executeStep(_ request: Request) async throws(APIError) -> Response {
    let query = try request.checkedQuery(["wait"])
    var order = Order()
    order.key = try request.idempotencyKey()
    order.wait = try request.wait(query)
    let format = try request.documentFormat()
    let mission: [UInt8]
    order.sent = await intake.content(of: request.body)
    do throws(ValidationError) {
      mission = try StepSubmission.mission(of: try content(of: request), as: format)
    } catch { return try await refused(error, [], order, for: request) }
    let document: MissionIntake.Document
    do throws(ValidationError) {
      document = try await intake.check(mission, as: .json)
    } catch { return try await refused(StepSubmission.translated(error), mission, order, for: request) }
    return try await submit(document, order, for: request)
  }

  private func content(of request: Request) throws(ValidationError) -> [UInt8] {
    switch request.body {
    case .bytes(let bytes): return bytes
    case .none, .file:
      throw ValidationError([
        Problem(at: "", "one step takes 1 byte to 1 MiB", hint: "send {\"step\": {…}, \"context\": {…}}")
      ])
    }
  }

  private static func unknownFields(_ query: Query) throws(APIError) -> DocumentLoader.UnknownFields {
    guard let text = query["unknown_fields"] else { return .error }
    guard let rule = DocumentLoader.UnknownFields(rawValue: text) else {
      throw APIError(400, "unknown_fields must be error or warn, not \"\(text)\"")
    }
    return rule
  }
}
