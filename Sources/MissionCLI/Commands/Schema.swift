import Formats
import MissionKit
import MissionServer

extension Subcommand {
  /// `mission schema`: the JSON Schema of missions.
  package static let schema = Subcommand(
    "schema", "Print the JSON Schema of missions, for editors.",
    example: "mission schema > mission.schema.json"
  ) { _, console throws(CommandError) in
    console.print(MissionSchema.document(BuiltinCatalog.catalog).pretty)
    return .completed
  }
}
