import Formats
import HTTP
import MissionModel

// What the daemon can say of itself: step types, schemas, the API's description.
extension API {
  var referenceEndpoints: [Endpoint] {
    [
      Endpoint(
        .get, "/step-types", "Describes every step type of this version.",
        handler: handler(stepTypes)
      ).with { $0.answers = [.init(200, "All of them.", schema: "StepTypes")] },
      Endpoint(
        .get, "/step-types/{type}", "Describes a step type.",
        handler: handler(stepType)
      ).with {
        $0.answers = [.init(200, "The step type.", schema: "StepType")]
        $0.problems = [404]
      },
      Endpoint(
        .get, "/schema/mission.json", "Gives the JSON Schema of missions, for editors.",
        handler: { [intake] _ in
          Self.json(200, MissionSchema.document(intake.catalog)).typed("application/schema+json")
        }
      ).with { $0.answers = [.init(200, "JSON Schema 2020-12.", mediaType: "application/schema+json")] },
      Endpoint(
        .get, "/openapi.json", "Describes this API as OpenAPI 3.1.",
        handler: { _ in Self.json(200, OpenAPIDocument.document(self.endpoints)) }
      ).with { $0.answers = [.init(200, "OpenAPI 3.1.")] },
    ]
  }

  private func stepTypes(_ request: Request) throws(APIError) -> Response {
    _ = try request.checkedQuery([])
    return Self.json(200, StepTypeShape.describe(intake.catalog, on: host))
  }

  private func stepType(_ request: Request) throws(APIError) -> Response {
    let name = request.parameters["type"]
    switch intake.catalog.look(up: name) {
    case .found(let type):
      return Self.json(200, StepTypeShape.describe(type, missing: host.missing(of: type)))
    case .notInThisVersion(let name): throw APIError(404, "step type \"\(name)\" is not in this version yet")
    case .unknown(let closest):
      let hint = closest.map { "; did you mean \"\($0)\"?" } ?? ""
      throw APIError(404, "there is no step type \"\(name.prefix(80))\"\(hint)")
    }
  }
}

extension Response {
  /// The same answer with another media type.
  func typed(_ type: String) -> Response {
    var copy = self
    copy.headers.set("Content-Type", type)
    return copy
  }
}
