import Formats
import MissionModel
import MissionServer
import TestSupport
import Testing

@testable import MissionCLI

@Suite struct MissionFileTests {
  private static let flags = [
    Flag("--context", "KEY=VALUE", "A variable."), Flag("--unknown-fields", "RULE", "error or warn."),
  ]

  private func file(
    _ words: [String], _ pages: Pages = Pages(), input: String = ""
  ) throws -> MissionFile {
    try MissionFile(
      Arguments(words, flags: Self.flags, operands: [Operand("FILE", "The mission.")]),
      pages.console(input: input))
  }

  @Test func `the name says the language, and what is no JSON is told at its place`() throws {
    let directory = try TemporaryDirectory()
    let path = try directory.write("name: x\n", to: "m.json")
    let pages = Pages()
    let mission = try file([path], pages)
    let error = #expect(throws: CommandError.self) {
      try mission.load(Configuration(), reportingOn: pages.console())
    }
    #expect(error?.status == .invalidMission)
    #expect(error?.message == "1 error")
    #expect(pages.errors.hasPrefix("\(path):1:1: error: "))
  }

  @Test func `context variables are texts, the later one of a name holds`() throws {
    let mission = try file(["-", "--context", "a=1", "--context", "a=2=3"], input: "name: x\n")
    #expect(mission.name == "<stdin>")
    #expect(mission.context == ["a": "2=3"])
  }

  @Test func `unknown fields are errors, or warnings where that is wanted`() throws {
    let text = "name: x\nfuture: 1\nsteps: [{id: a, step_type: noop}]\n"
    let pages = Pages()
    let strict = try file(["-"], input: text)
    #expect(throws: CommandError.self) { try strict.load(Configuration(), reportingOn: pages.console()) }
    let lenient = try file(["-", "--unknown-fields", "warn"], input: text)
    let mission = try lenient.load(Configuration(), reportingOn: pages.console())
    #expect(mission.name == "x")
    let lines = pages.errors.split(separator: "\n")
    #expect(lines.count == 2)
    #expect(lines[0].hasPrefix("<stdin>:2:1: error: /future: "))
    #expect(lines[1].hasPrefix("<stdin>:2:1: warning: /future: "))
    let odd = #expect(throws: CommandError.self) { try file(["-", "--unknown-fields", "ignore"]) }
    #expect(odd?.message == "--unknown-fields \"ignore\": expected error or warn")
  }

  @Test func `a report sums up`() throws {
    let pages = Pages()
    let good = try file(["-"], input: "name: x\nsteps: [{id: a, step_type: noop}]\n")
    good.report(good.load(), on: pages.console())
    #expect(pages.output == "<stdin>: valid, 1 step in 1 wave\n")
    let bad = try file(["-"], input: "name: 7\nsteps: []\n")
    bad.report(bad.load(), on: pages.console())
    #expect(pages.errors.hasSuffix("<stdin>: 2 errors\n"))
  }
}
