import Formats

/// The shapes of the API's answers as JSON Schema, for the OpenAPI document.
enum APISchemas {
  /// All of them by name.
  static var all: JSON {
    [
      "Job": object(jobMembers(withSteps: true)),
      "JobSummary": object(jobMembers(withSteps: false)),
      "JobPage": object([
        "missions": ["type": "array", "items": reference("JobSummary")], "next_cursor": orNull("string"),
      ]),
      "StepResult": object(stepResult),
      "AuditPage": object([
        "entries": ["type": "array", "items": reference("AuditEntry")], "next_cursor": orNull("string"),
        "chain": object([
          "verified": ["type": "boolean"], "entries": ["type": "integer"], "through": ["type": "integer"],
          "head": ["type": "string"], "first_bad": ["type": ["object", "null"]],
        ]),
      ]),
      "AuditEntry": object([
        "seq": ["type": "integer"], "hash": ["type": "string"],
        "entry": object([
          "at": time, "who": ["type": "string"], "address": orNull("string"), "action": ["type": "string"],
          "mission_id": orNull("string"), "step_id": ["type": "string"], "attempt": ["type": "integer"],
          "details": ["type": "object"],
        ]),
      ]),
      "Validation": object([
        "valid": ["type": "boolean"],
        "errors": ["type": "array", "items": reference("DocumentProblem")],
        "warnings": ["type": "array", "items": reference("DocumentProblem")],
        "execution_order": ["type": ["array", "null"], "items": ["type": "string"]],
        "waves": ["type": ["array", "null"], "items": ["type": "array", "items": ["type": "string"]]],
        "safety": ["type": ["object", "null"], "description": "With safety=1: the safety report."],
      ]),
      "DocumentProblem": object([
        "pointer": ["type": "string"], "line": orNull("integer"), "column": orNull("integer"),
        "message": ["type": "string"], "hint": orNull("string"),
      ]),
      "Problem": object([
        "type": ["type": "string"], "title": ["type": "string"], "status": ["type": "integer"],
        "detail": ["type": "string"], "errors": ["type": "array", "items": ["type": "object"]],
      ]),
      "StepTypes": object(["step_types": ["type": "array", "items": reference("StepType")]]),
      "StepType": object([
        "step_type": ["type": "string"], "description": ["type": "string"],
        "effects": ["type": "array", "items": ["type": "string"]], "parameters": ["type": "object"],
        "outputs": ["type": "array", "items": ["type": "object"]], "main_output": orNull("string"),
        "example": ["type": "string"], "available": ["type": "boolean"],
        "requirements": ["type": "array", "items": ["type": "object"]],
      ]),
    ]
  }

  private static func jobMembers(withSteps: Bool) -> JSONObject {
    let counts = ["total", "pending", "running", "success", "failed", "skipped", "cancelled"]
    var members: JSONObject = [
      "id": ["type": "string", "format": "uuid"], "name": ["type": "string"], "version": ["type": "string"],
      "status": ["enum": ["queued", "running", "completed", "failed", "cancelled"]],
      "revision": ["type": "integer"],
      "labels": ["type": "object", "additionalProperties": ["type": "string"]],
      "progress": object(JSONObject(counts.map { ($0, ["type": "integer"] as JSON) })),
    ]
    if withSteps {
      members["step_results"] = ["type": "object", "additionalProperties": reference("StepResult")]
    }
    members["error"] = orNull("string")
    members["warnings"] = ["type": "array", "items": ["type": "string"]]
    members["tokens"] = tokens
    members["retried_as"] = orNull("string")
    for name in ["created_at", "started_at", "finished_at"] { members[name] = time }
    members["total_duration_ms"] = orNull("integer")
    members["timestamp"] = time
    return members
  }

  private static let stepResult: JSONObject = [
    "step_id": ["type": "string"],
    "status": ["enum": ["pending", "running", "success", "failed", "skipped", "cancelled"]],
    "output": ["description": "Any JSON; null where there is none; {bytes, href} where it was left out."],
    "error": orNull("string"), "duration_ms": ["type": "integer"], "attempts": ["type": "integer"],
    "started_at": time, "finished_at": time,
    "warnings": ["type": "array", "items": ["type": "string"]],
    "usage": object([
      "user_ms": ["type": "integer"], "system_ms": ["type": "integer"],
      "max_rss_bytes": [
        "type": "integer",
        "description":
          "The most that one process held; Linux begins it with what the program held that started it.",
      ],
    ]),
    "tokens": tokens, "attempt_results": ["type": "array", "items": ["type": "object"]],
  ]

  private static let tokens = object([
    "prompt_tokens": ["type": "integer"], "completion_tokens": ["type": "integer"],
    "total_tokens": ["type": "integer"],
  ])

  private static let time: JSON = ["type": ["string", "null"], "format": "date-time"]

  private static func orNull(_ type: String) -> JSON { ["type": [.string(type), "null"]] }

  private static func reference(_ name: String) -> JSON { ["$ref": .string("#/components/schemas/\(name)")] }

  private static func object(_ properties: JSONObject) -> JSON {
    ["type": "object", "properties": .object(properties)]
  }
}
