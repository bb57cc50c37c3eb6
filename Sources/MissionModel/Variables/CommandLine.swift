package import Formats

/// How the `command` parameter becomes words: split as written, so that no value put in can add a word.
package enum CommandLine {
  /// True if the line of these parameters is to be split: neither `args` nor a shell will do it.
  package static func isSplit(_ parameters: JSONObject) -> Bool {
    let usesShell = parameters["shell"] == true || parameters["shell"] == "true"
    return !usesShell && (parameters["args"]?.isNull ?? true)
  }

  /// Splits `line` as a shell would, keeping each placeholder in one piece.
  package static func words(_ line: String) throws(StepFailure) -> [String] {
    let template = Template(line)
    var stands: [Character: String] = [:]
    var standing = ""
    for piece in template.pieces {
      switch piece {
      case .text(let text): standing += text.replacing("{{", with: "{{{{")
      case .foreign(let source): standing += source
      case .placeholder(let placeholder):
        // Private-use characters stand for placeholders while the line is split.
        guard let scalar = Unicode.Scalar(0xF0000 + UInt32(stands.count)), stands.count < 0xFFFE else {
          throw StepFailure(.badParameters, "command: more than 65,534 placeholders")
        }
        stands[Character(scalar)] = placeholder.source
        standing.unicodeScalars.append(scalar)
      }
    }
    let split: ShellWords
    do { split = try ShellWords(splitting: standing) } catch {
      throw StepFailure(.badParameters, "command: \(error)")
    }
    if let sign = split.shellOperator {
      throw StepFailure(
        .badParameters, "command: \"\(sign.text)\" is for a shell: set shell: true, or quote it")
    }
    return split.words.map { word in stands.isEmpty ? word : word.map { stands[$0] ?? String($0) }.joined() }
  }
}
