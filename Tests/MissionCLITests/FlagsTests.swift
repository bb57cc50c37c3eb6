import MissionCLI
import Testing

@Suite struct FlagsTests {
  private static let flags = [
    Flag("--json", nil, "Print JSON."), Flag("--context", "K=V", "Set a variable."),
    Flag("--limit", "N", "At most."),
  ]
  private static let operands = [Operand("FILE", "A file."), Operand("STEP", isOptional: true, "A step.")]

  private func parse(_ words: [String]) throws(UsageError) -> Arguments {
    try Arguments(words, flags: Self.flags, operands: Self.operands)
  }

  @Test func `flags, values and operands may come in any order`() throws {
    let arguments = try parse(["--context", "a=1", "x.yaml", "--json", "--context=b=2=3", "-"])
    #expect(arguments.operands == ["x.yaml", "-"])
    #expect(arguments.has("--json"))
    #expect(try arguments.pairs("--context").map(\.key) == ["a", "b"])
    #expect(try arguments.pairs("--context").map(\.value) == ["1", "2=3"])
  }

  @Test func `everything after two dashes is an operand`() throws {
    #expect(try parse(["--", "--json", "b"]).operands == ["--json", "b"])
  }

  @Test(arguments: [
    (["--jsno", "f"], "there is no flag --jsno; did you mean --json?"), ([], "FILE is missing"),
    (["a", "b", "c"], "\"c\" is one argument too many"), (["f", "--context"], "--context wants K=V"),
    (["f", "--json=1"], "--json takes no value"),
  ])
  func `a wrong command line is explained`(words: [String], message: String) {
    #expect(throws: UsageError(message)) { try parse(words) }
  }

  @Test(arguments: [("1", 1), ("5", 5)])
  func `numbers within their bounds are taken`(text: String, number: Int) throws {
    #expect(try parse(["f", "--limit", text]).integer("--limit", in: 1...5) == number)
  }

  @Test(arguments: ["0", "6", "x", ""])
  func `numbers outside of their bounds are refused`(text: String) throws {
    let arguments = try parse(["f", "--limit", text])
    #expect(throws: UsageError("--limit \"\(text)\": expected a whole number from 1 to 5")) {
      try arguments.integer("--limit", in: 1...5)
    }
  }
}
