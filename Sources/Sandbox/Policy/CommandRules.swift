/// The rules about commands of one list, found by the program that a command runs: most commands are named by
/// none.
struct CommandRules: Sendable {
  private let rules: [CommandRule]
  /// The places of the rules for a program that they name whole.
  private let byName: [String: [Int]]
  /// The places of the rules whose programs have stars.
  private let byPattern: [Int]

  /// Whether there is none.
  var isEmpty: Bool { rules.isEmpty }

  /// Reads the rules; what cannot be read has been said at the start and is left out.
  init(_ texts: [String]) {
    rules = texts.compactMap(CommandRule.init)
    var byName: [String: [Int]] = [:]
    var byPattern: [Int] = []
    for (place, rule) in rules.enumerated() {
      guard let names = rule.program.wholeNames else {
        byPattern.append(place)
        continue
      }
      for name in Set(names) { byName[name, default: []].append(place) }
    }
    self.byName = byName
    self.byPattern = byPattern
  }

  /// The first rule that describes the command.
  ///
  /// - Parameter leadsOutside: whether an argument is a path out of the places that may be changed.
  func first(for command: SimpleCommand, leadsOutside: (String) -> Bool) -> CommandRule? {
    concerning(command).first { $0.matches(command, leadsOutside: leadsOutside) }
  }

  /// The rules about the command's program, in their order.
  func concerning(_ command: SimpleCommand) -> [CommandRule] {
    var places = byPattern.filter { rules[$0].concerns(command) }
    for name in command.names { places += byName[name] ?? [] }
    guard places.count > 1 else { return places.map { rules[$0] } }
    return Set(places).sorted().map { rules[$0] }
  }
}
