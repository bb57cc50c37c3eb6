import Testing

@testable import Drivers

@Suite struct PCRE2PatternTests {
  private func match(
    _ pattern: String, _ text: String, from offset: Int = 0, ignoresCase: Bool = false,
    isMultiline: Bool = false
  ) throws -> [Range<Int>?]? {
    try PCRE2.host.compile(pattern, ignoresCase: ignoresCase, isMultiline: isMultiline)
      .firstMatch(in: Array(text.utf8), from: offset)
  }

  @Test func `the first match comes with its groups`() throws {
    #expect(try match("(b)(x)?(c)", "abcabc") == [1..<3, 1..<2, nil, 2..<3])
    #expect(try match("b", "abcabc", from: 2) == [4..<5])
    #expect(try match("z", "abc") == nil)
  }

  @Test func `a last group that took no part is there as nil`() throws {
    #expect(try match("(a)|(b)", "a") == [0..<1, 0..<1, nil])
  }

  @Test func `classes and case are those of Unicode`() throws {
    #expect(try match(#"^\w+$"#, "grün") == [0..<5])
    #expect(try match(#"\d"#, "٣") == [0..<2])
    #expect(try match("ÄÖ", "äö", ignoresCase: true) == [0..<4])
    #expect(try match("ÄÖ", "äö") == nil)
  }

  @Test func `lines have ends only where asked for`() throws {
    #expect(try match("^b$", "a\nb\nc") == nil)
    #expect(try match("^b$", "a\nb\nc", isMultiline: true) == [2..<3])
  }

  @Test func `a look-behind sees what stands before the start`() throws {
    #expect(try match("(?<=a)b", "ab", from: 1) == [1..<2])
  }

  @Test func `a text that is not UTF-8 is refused`() throws {
    let pattern = try PCRE2.host.compile("a")
    #expect(throws: PCRE2Error.textNotUTF8) { try pattern.firstMatch(in: [0x61, 0xff]) }
  }

  @Test func `all matches come in order, empty ones once a character`() throws {
    let text = Array("aäb".utf8)
    #expect(
      try PCRE2.host.compile("").matches(in: text, limit: 9).map { $0[0] } == [0..<0, 1..<1, 3..<3, 4..<4])
    #expect(try PCRE2.host.compile(".").matches(in: text, limit: 2).map { $0[0] } == [0..<1, 1..<3])
  }

  @Test func `a long text is searched to its end`() throws {
    let text = [UInt8](repeating: UInt8(ascii: "x"), count: 1 << 20) + Array("needle".utf8)
    #expect(try PCRE2.host.compile("n[e]+dle$").firstMatch(in: text) == [(1 << 20)..<(1 << 20) + 6])
    #expect(try PCRE2.host.compile("[y]").firstMatch(in: text) == nil)
  }

  @Test func `a match may begin at any place around the end of a piece`() throws {
    let pattern = try PCRE2.host.compile("(?<=é)x+")
    for place in [254, 255, 256, 257, 511, 512, 513, 4094, 4096] {
      let text =
        Array(String(repeating: "é", count: place).utf8) + Array("xx".utf8)
        + [UInt8](repeating: UInt8(ascii: "."), count: 5000)
      #expect(try pattern.firstMatch(in: text) == [2 * place..<2 * place + 2], "at \(place)")
    }
  }

  @Test func `a pattern that backtracks without end is given up`() throws {
    let text = [UInt8](repeating: UInt8(ascii: "a"), count: 40) + [UInt8(ascii: "!")]
    let pattern = try PCRE2.host.compile("^(a+)+$")
    #expect(throws: PCRE2Error.tooManySteps(1_000_000)) { try pattern.firstMatch(in: text) }
  }

  @Test func `a pattern that is slow at each of many places is given up in time`() throws {
    var limits = PCRE2.Limits()
    limits.searchTime = .milliseconds(20)
    let text = [UInt8](repeating: UInt8(ascii: "a"), count: 100_000)
    let pattern = try PCRE2(limits: limits).compile("[ab]{0,300}[ab]{0,300}[cd]")
    #expect(throws: PCRE2Error.tooSlow(.milliseconds(20))) { try pattern.firstMatch(in: text) }
  }

  @Test func `backtracking takes no more memory than its limit`() throws {
    let text = [UInt8](repeating: UInt8(ascii: "a"), count: 400_000)
    let pattern = try PCRE2.host.compile("^(?:a|b)*[cd]")
    #expect(throws: PCRE2Error.tooDeep) { try pattern.firstMatch(in: text) }
  }

  @Test func `threads share a pattern`() async throws {
    let pattern = try PCRE2.host.compile("(b+)")
    await withTaskGroup(of: Bool.self) { group in
      for count in 1...64 {
        group.addTask {
          let text = Array(("a" + String(repeating: "b", count: count)).utf8)
          return (try? pattern.firstMatch(in: text)) == [1..<count + 1, 1..<count + 1]
        }
      }
      for await isRight in group { #expect(isRight) }
    }
  }
}
