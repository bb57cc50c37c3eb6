extension CommandLineTool {
  /// A bash completion script, made of the same declarations as the help: `source <(mission completion)`.
  package var bashCompletion: String {
    var cases = ""
    for subcommand in subcommands {
      cases += "    '\(subcommand.name)') flags='\(subcommand.flags.map(\.name).joined(separator: " "))' ;;\n"
    }
    let firsts = Set(subcommands.map { $0.name.split(separator: " ")[0] }).sorted().joined(separator: " ")
    let groups = Dictionary(grouping: subcommands.filter { $0.name.contains(" ") }) {
      $0.name.split(separator: " ")[0]
    }
    let seconds = groups.sorted { $0.key < $1.key }.map { first, members in
      let words = members.map { String($0.name.split(separator: " ")[1]) }.joined(separator: " ")
      return "    '\(first)') COMPREPLY=($(compgen -W '\(words)' -- \"$word\")); return ;;\n"
    }.joined()
    let pairs = subcommands.filter { $0.name.contains(" ") }.map { "'\($0.name)'" }.joined(separator: " | ")
    return """
      _mission() {
        local word=${COMP_WORDS[COMP_CWORD]} command=${COMP_WORDS[1]} flags=''
        if [ "$COMP_CWORD" -eq 1 ]; then
          COMPREPLY=($(compgen -W '\(firsts) help --help --version' -- "$word"))
          return
        fi
        if [ "$COMP_CWORD" -eq 2 ]; then
          case "$command" in
      \(seconds)      esac
        fi
        case "$command ${COMP_WORDS[2]}" in
          \(pairs)) command="$command ${COMP_WORDS[2]}" ;;
        esac
        case "$command" in
      \(cases)    *) flags='--help' ;;
        esac
        case "$word" in
          -*) COMPREPLY=($(compgen -W "$flags" -- "$word")) ;;
          *) COMPREPLY=($(compgen -f -- "$word")) ;;
        esac
      }
      complete -o filenames -F _mission mission

      """
  }
}
