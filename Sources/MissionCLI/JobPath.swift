import MissionModel

/// The path of a job in the API.
enum JobPath {
  /// The first operand, which must be a job's id.
  static func id(_ arguments: Arguments) throws(CommandError) -> String {
    let text = arguments.operands[0].lowercased()
    guard JobID(text) != nil else {
      throw CommandError(
        .usage, "\"\(Shown.value(arguments.operands[0]))\" is no job id; mission list shows them")
    }
    return text
  }
}
