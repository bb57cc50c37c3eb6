extension Subcommand {
  /// `mission run [FLAGS] FILE`.
  package var usage: String {
    let names = operands.map { $0.isOptional ? "[\($0.name)]" : $0.name }
    return (["mission", name, "[FLAGS]"] + names).joined(separator: " ")
  }

  /// What `mission NAME --help` prints.
  package var help: String {
    var text = "\(summary)\n\nUsage: \(usage)\n"
    if !operands.isEmpty {
      text += "\nArguments:\n" + Columns.text(operands.map { ($0.name, $0.summary) })
    }
    let rows = flags.map { flag in (flag.value.map { "\(flag.name) \($0)" } ?? flag.name, flag.summary) }
    text += "\nFlags:\n" + Columns.text(rows)
    text += "\nExample:\n" + example.split(separator: "\n").map { "  \($0)\n" }.joined()
    return text
  }
}

extension CommandLineTool {
  /// What `mission --help` prints.
  package var overview: String {
    """
    mission runs missions: graphs of typed steps written in YAML or JSON.

    Usage: mission COMMAND [FLAGS] [ARGUMENTS]

    Commands:
    \(Columns.text(subcommands.map { ($0.name, $0.summary) }))
    Try it:
      mission run hello.yaml        here and now, without a server
      mission submit hello.yaml     on the server, see MISSIOND_URL

    Exit status:
    \(Columns.text(ExitStatus.allCases.map { (String($0.rawValue), $0.meaning) }))
    """ + "mission COMMAND --help tells more.\n"
  }
}
