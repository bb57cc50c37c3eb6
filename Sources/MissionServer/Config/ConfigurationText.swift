import Formats

/// The text of `Config/missiond.yaml`: every key with its default and one line of why.
package enum ConfigurationText {
  /// Writes the file; read as a configuration it gives the defaults.
  package static var defaults: String {
    var text = """
      # missiond's settings: every key, its default, and why one would change it.
      #
      # A key may be left out. Over this file go variables (MISSIOND_LIMITS_MAX_STEPS=500), over them flags
      # (--limits-max-steps 500). Unknown keys are errors: missiond --check-config --config FILE says all.
      # Keys with (reload) are read anew on SIGHUP, as are the files of secrets and tokens; the others at the
      # next start. A policy that was read anew holds for later submissions and for the steps that begin then,
      # also those of jobs that run. A file with a mistake changes nothing, and the log says why.

      """
    var open: [String] = []
    for setting in Settings.table {
      let path = setting.key.split(separator: ".").map(String.init)
      let shared = zip(open, path.dropLast()).prefix { $0 == $1 }.count
      if path.count == 1 || shared == 0 { text += "\n" }
      for depth in shared..<(path.count - 1) { text += "\(indent(depth))\(path[depth]):\n" }
      open = Array(path.dropLast())
      let margin = indent(path.count - 1)
      text += "\(margin)# \(setting.summary)\(setting.isReloadable ? " (reload)" : "")\n"
      let value = written(setting.fallback)
      text += "\(margin)\(path[path.count - 1]):"
      if value.utf8.count > longestLine, let elements = setting.fallback.arrayValue {
        text += "\n" + elements.map { "\(margin)  - \(written($0))\n" }.joined()
      } else {
        text += " \(value)\n"
      }
    }
    return text
  }

  /// A list that is longer gets a line for each element.
  private static let longestLine = 90

  private static func indent(_ depth: Int) -> String { String(repeating: "  ", count: depth) }

  /// A default as YAML; texts that YAML reads as texts stand bare.
  private static func written(_ value: JSON) -> String {
    switch value {
    case .array(let elements): "[" + elements.map(written).joined(separator: ", ") + "]"
    case .string(let text) where isPlain(text): text
    default: value.compact
    }
  }

  private static func isPlain(_ text: String) -> Bool {
    let isSafe = text.utf8.allSatisfy {
      (97...122).contains($0) || (65...90).contains($0) || (48...57).contains($0) || " ./_-".utf8.contains($0)
    }
    // What does not read back as itself is put into quotes.
    guard isSafe, let read = try? YAMLParser.parse(Array("[\(text)]".utf8)) else { return false }
    return read == [.string(text)]
  }
}
