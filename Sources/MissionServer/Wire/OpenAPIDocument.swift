import Formats
import HTTP

/// The description of the API as OpenAPI 3.1, made of the same table as the routes.
enum OpenAPIDocument {
  /// Describes `endpoints`.
  static func document(_ endpoints: [Endpoint]) -> JSON {
    var paths = JSONObject()
    for endpoint in endpoints {
      var operations = paths[endpoint.path]?.objectValue ?? [:]
      operations[endpoint.method.name.lowercased()] = operation(endpoint)
      paths[endpoint.path] = .object(operations)
    }
    return [
      "openapi": "3.1.0",
      "info": [
        "title": "missiond", "version": .string(Version.text),
        "description": "Takes missions, carries them out, and tells how they stand.",
      ],
      "paths": .object(paths),
      "components": ["schemas": APISchemas.all, "securitySchemes": ["token": token]],
    ]
  }

  /// Asked for over TCP where tokens are configured; the Unix socket goes by the caller's uid.
  private static let token: JSON = [
    "type": "http", "scheme": "bearer",
    "description": "A token made by mission token make, with the scope that an operation names in x-scope.",
  ]

  private static func operation(_ endpoint: Endpoint) -> JSON {
    var operation: JSONObject = [
      "summary": .string(endpoint.summary), "operationId": .string(id(of: endpoint)),
    ]
    if let scope = endpoint.scope {
      operation["x-scope"] = .string(scope.rawValue)
      operation["security"] = [["token": [.string(scope.rawValue)]]]
    } else {
      operation["security"] = []
    }
    let parameters = pathParameters(endpoint) + endpoint.query.map(parameter) + headers(endpoint)
    if !parameters.isEmpty { operation["parameters"] = .array(parameters) }
    if !endpoint.content.isEmpty {
      let content = endpoint.content.map { ($0, ["schema": ["type": "object"]] as JSON) }
      operation["requestBody"] = ["required": true, "content": .object(JSONObject(content))]
    }
    var responses = JSONObject()
    for answer in endpoint.answers { responses[String(answer.status)] = response(answer) }
    let refusals = endpoint.scope == nil ? [] : [401, 403]
    for status in refusals + endpoint.problems where responses[String(status)] == nil {
      responses[String(status)] = problem(Status(status))
    }
    operation["responses"] = .object(responses)
    return .object(operation)
  }

  /// `get_missions_id_steps_step`: the method and the words of the path.
  private static func id(of endpoint: Endpoint) -> String {
    let words = endpoint.path.split { !$0.isLetter && !$0.isNumber }.map(String.init)
    return ([endpoint.method.name.lowercased()] + words).joined(separator: "_")
  }

  private static func pathParameters(_ endpoint: Endpoint) -> [JSON] {
    endpoint.path.split(separator: "/").filter { $0.hasPrefix("{") }.map { segment in
      [
        "name": .string(String(segment.dropFirst().dropLast())), "in": "path", "required": true,
        "schema": ["type": "string"],
      ]
    }
  }

  private static func parameter(_ parameter: Endpoint.QueryParameter) -> JSON {
    [
      "name": .string(parameter.name), "in": "query", "description": .string(parameter.summary),
      "schema": parameter.schema,
    ]
  }

  private static func headers(_ endpoint: Endpoint) -> [JSON] {
    guard endpoint.takesIdempotencyKey else { return [] }
    return [
      [
        "name": "Idempotency-Key", "in": "header", "schema": ["type": "string", "maxLength": 257],
        "description": "A repeat of the same request with the same key gets the same job.",
      ]
    ]
  }

  private static func response(_ answer: Endpoint.Answer) -> JSON {
    var response: JSONObject = ["description": .string(answer.summary)]
    if !answer.mediaType.isEmpty {
      let schema: JSON = answer.schema.map { ["$ref": .string("#/components/schemas/\($0)")] } ?? [:]
      response["content"] = .object([answer.mediaType: ["schema": schema]])
    }
    return .object(response)
  }

  private static func problem(_ status: Status) -> JSON {
    [
      "description": .string(status.phrase.description),
      "content": ["application/problem+json": ["schema": ["$ref": "#/components/schemas/Problem"]]],
    ]
  }
}
