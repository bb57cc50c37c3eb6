package import Formats
package import MissionModel

/// The JSON Schema (2020-12) of missions: what editors complete and check with.
package enum MissionSchema {
  /// Writes the schema for the step types of `catalog`.
  package static func document(_ catalog: StepCatalog) -> JSON {
    let names = catalog.declarations.map { JSON.string($0.name) }
    var steps: JSONObject = step
    // A step's parameters depend on its type; each type says so in a rule of its own.
    steps["allOf"] = .array(
      catalog.declarations.map { type in
        var then: JSONObject = ["properties": ["parameters": type.parameterSchema]]
        if type.parameters.contains(where: \.isRequired) { then["required"] = ["parameters"] }
        return [
          "if": ["properties": ["step_type": ["const": .string(type.name)]], "required": ["step_type"]],
          "then": .object(then),
        ]
      })
    return [
      "$schema": "https://json-schema.org/draft/2020-12/schema",
      "title": "Mission", "description": "A graph of typed steps that missiond carries out.",
      "type": "object", "required": ["name", "steps"], "additionalProperties": false,
      "properties": [
        "name": ["type": "string", "minLength": 1, "maxLength": 200, "description": "Human-readable name."],
        "version": [
          "type": ["string", "number"], "default": "1.0", "description": "Version of the format.",
        ],
        "description": ["type": ["string", "null"]],
        "labels": [
          "type": "object", "additionalProperties": ["type": ["string", "number", "boolean"]],
          "description": "Free labels, searchable in the list.",
        ],
        "context": ["type": "object", "description": "Context variables to start with."],
        "config": ["$ref": "#/$defs/config"],
        "steps": ["type": "array", "minItems": 1, "items": ["$ref": "#/$defs/step"]],
      ],
      "$defs": [
        "step": .object(steps), "config": config,
        "step_type": ["enum": .array(names)],
        "step_id": ["type": "string", "pattern": "^[A-Za-z_][A-Za-z0-9_-]{0,127}$"],
      ],
    ]
  }

  private static let step: JSONObject = [
    "type": "object", "required": ["id"], "additionalProperties": false,
    "anyOf": [["required": ["step_type"]], ["required": ["type"]]],
    "properties": [
      "id": ["$ref": "#/$defs/step_id", "description": "Unique name of the step."],
      "name": ["type": "string", "description": "Human-readable name; the id where it is missing."],
      "step_type": ["anyOf": [["$ref": "#/$defs/step_type"], ["type": "string"]]],
      "type": ["type": "string", "description": "Another spelling of step_type."],
      "depends_on": [
        "description": "Steps that must be over before this one.",
        "anyOf": [
          ["$ref": "#/$defs/step_id"], ["type": "array", "items": ["$ref": "#/$defs/step_id"]],
          ["type": "null"],
        ],
      ],
      "timeout_seconds": [
        "type": "integer", "minimum": 1, "default": 300, "description": "Limit for one attempt.",
      ],
      "continue_on_error": ["type": "boolean", "default": false],
      "retry_attempts": ["type": "integer", "minimum": 0],
      "retry_delay_ms": ["type": "integer", "minimum": 0],
      "retry_backoff": ["type": "number", "minimum": 0, "maximum": 1000],
      "on_interrupt": ["enum": ["retry", "fail"], "default": "retry"],
      "parameters": ["type": "object", "default": [:]],
    ],
  ]

  private static let concurrency: JSON = [
    "type": "integer", "minimum": 1, "maximum": 256, "description": "Steps at once; the cores of the host.",
  ]

  private static let config: JSON = [
    "type": "object", "additionalProperties": false,
    "properties": [
      "timeout_seconds": ["type": "integer", "minimum": 1, "description": "Deadline of the whole job."],
      "fail_fast": ["type": "boolean", "default": true],
      "max_concurrent_steps": concurrency, "max_parallel_steps": concurrency, "max_parallel": concurrency,
      "parallel_limit": concurrency,
      "retry_attempts": ["type": "integer", "minimum": 0, "default": 0],
      "retry_count": ["type": "integer", "minimum": 0, "description": "Another spelling of retry_attempts."],
      "retry_delay_ms": ["type": "integer", "minimum": 0, "default": 1000],
      "retry_backoff": ["type": "number", "minimum": 0, "maximum": 1000, "default": 1],
      "strict_variables": ["type": "boolean", "default": false],
      "settings": [
        "type": "object",
        "additionalProperties": ["type": ["string", "number", "boolean", "null"]],
      ],
      "workspace": ["type": "string", "pattern": "^/", "description": "An existing directory to work in."],
      "sandbox": ["enum": ["off", "landlock", "bubblewrap"]],
      "limits": [
        "type": "object", "additionalProperties": false,
        "properties": .object(
          JSONObject(
            ["memory_bytes", "cpu_seconds", "processes", "open_files", "file_bytes"].map {
              ($0, ["type": "integer", "minimum": 1] as JSON)
            })),
      ],
    ],
  ]
}
