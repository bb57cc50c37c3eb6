extension CommandLineTool {
  /// A bash completion script, made of the same declarations as the help: `source <(mission completion)`.
  package var bashCompletion: String {
    var cases = ""
    for subcommand in subcommands {
      cases += "    '\(subcommand.name)') flags='\(subcommand.flags.map(\.name).joined(separator: " "))' ;;\n"
    }
    let firsts = Set(subcommands.map { $0.name.split(separator: " ")[0] }).sorted().joined(separator: " ")
    return """
      _mission() {
        local word=${COMP_WORDS[COMP_CWORD]} command=${COMP_WORDS[1]} flags=''
        if [ "$COMP_CWORD" -eq 1 ]; then
          COMPREPLY=($(compgen -W '\(firsts) help --help --version' -- "$word"))
          return
        fi
      \(secondWords)  case "$command" in
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

  /// What completes commands of two words; nothing where there are none, for bash refuses an empty pattern.
  private var secondWords: String {
    let pairs = subcommands.map(\.name).filter { $0.contains(" ") }
    guard !pairs.isEmpty else { return "" }
    let groups = Dictionary(grouping: pairs) { $0.split(separator: " ")[0] }
    let cases = groups.sorted { $0.key < $1.key }.map { first, members in
      let words = members.map { String($0.split(separator: " ")[1]) }.joined(separator: " ")
      return "      '\(first)') COMPREPLY=($(compgen -W '\(words)' -- \"$word\")); return ;;\n"
    }.joined()
    return """
        if [ "$COMP_CWORD" -eq 2 ]; then
          case "$command" in
      \(cases)    esac
        fi
        case "$command ${COMP_WORDS[2]}" in
          \(pairs.map { "'\($0)'" }.joined(separator: " | "))) command="$command ${COMP_WORDS[2]}" ;;
        esac

      """
  }
}
