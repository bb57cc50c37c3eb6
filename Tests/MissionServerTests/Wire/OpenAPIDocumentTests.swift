import Formats
import HTTP
import Testing

@testable import MissionServer

@Suite struct OpenAPIDocumentTests {
  private let document = OpenAPIDocument.document([
    Endpoint(.get, "/things/{id}", "Shows a thing.") { _ in Response(200) }
      .with {
        $0.query = [.init("deep", ["type": "boolean"], "All of it.")]
        $0.answers = [.init(200, "The thing.", schema: "Job"), .init(304, "As before.", mediaType: "")]
        $0.problems = [404]
      },
    Endpoint(.delete, "/things/{id}", "Removes it.", scope: .admin) { _ in Response(204) },
    Endpoint(.post, "/things", "Makes one.", scope: .submit) { _ in Response(202) }
      .with {
        $0.content = ["application/json", "application/yaml"]
        $0.takesIdempotencyKey = true
      },
    Endpoint(.get, "/livez", "Lives.", scope: nil) { _ in Response(200) },
  ])

  @Test func `operations of one path lie together, under their methods`() {
    let path = document["paths"]?["/things/{id}"]?.objectValue
    #expect(path?.map { $0.0 } == ["get", "delete"])
    #expect(path?["get"]?["operationId"] == "get_things_id")
    #expect(path?["get"]?["summary"] == "Shows a thing.")
  }

  @Test func `parameters are those of the path, of the query and the key`() {
    let get = document["paths"]?["/things/{id}"]?["get"]?["parameters"]
    #expect(
      get == [
        ["name": "id", "in": "path", "required": true, "schema": ["type": "string"]],
        ["name": "deep", "in": "query", "description": "All of it.", "schema": ["type": "boolean"]],
      ])
    let post = document["paths"]?["/things"]?["post"]
    #expect(post?["parameters"]?[0]?["name"] == "Idempotency-Key")
    #expect(post?["parameters"]?[0]?["in"] == "header")
    #expect(post?["requestBody"]?["content"]?["application/yaml"] != nil)
    #expect(document["paths"]?["/livez"]?["get"]?["parameters"] == nil)
  }

  @Test func `answers name their shapes, problems have one of their own`() {
    let answers = document["paths"]?["/things/{id}"]?["get"]?["responses"]
    #expect(
      answers?["200"]?["content"]?["application/json"]?["schema"]
        == ["$ref": "#/components/schemas/Job"])
    #expect(answers?["304"] == ["description": "As before."])
    #expect(
      answers?["404"]?["content"]?["application/problem+json"]?["schema"]
        == ["$ref": "#/components/schemas/Problem"])
  }

  @Test func `an operation names the scope that it wants, or that it wants none`() {
    let paths = document["paths"]
    #expect(paths?["/things/{id}"]?["delete"]?["x-scope"] == "admin")
    #expect(paths?["/things/{id}"]?["delete"]?["security"] == [["token": ["admin"]]])
    #expect(paths?["/livez"]?["get"]?["security"] == [])
    #expect(document["components"]?["securitySchemes"]?["token"]?["scheme"] == "bearer")
  }
}
