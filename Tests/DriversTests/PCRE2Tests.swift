import Testing

@testable import Drivers

@Suite struct PCRE2Tests {
  @Test func `a broken pattern gives the message and the byte of the mistake`() {
    #expect(throws: PCRE2Error.pattern(message: "missing closing parenthesis", offset: 3)) {
      try PCRE2.host.compile("(ab")
    }
    #expect(
      PCRE2Error.pattern(message: "missing closing parenthesis", offset: 3).description
        == "missing closing parenthesis, at byte 3")
  }

  @Test(arguments: [(1023, true), (1024, true), (1025, false)])
  func `a pattern is as long as the limit says`(count: Int, isAccepted: Bool) {
    let pattern = String(repeating: "a", count: count)
    if isAccepted {
      #expect(throws: Never.self) { try PCRE2.host.compile(pattern) }
    } else {
      #expect(throws: PCRE2Error.patternTooLong(bytes: 1025, limit: 1024)) { try PCRE2.host.compile(pattern) }
    }
  }

  @Test func `half a character cannot be matched`() {
    #expect(throws: PCRE2Error.self) { try PCRE2.host.compile(#"a\Cb"#) }
  }

  @Test func `without the library the error names the package`() {
    do {
      _ = try PCRE2(lookup: .empty).compile("a")
      Issue.record("compiled without a library")
    } catch {
      #expect(error.description == "libpcre2-8.so.0 is not on this host; install libpcre2-8-0")
    }
  }

  @Test(arguments: [
    (PCRE2Error.patternTooLong(bytes: 2, limit: 1), "2 bytes are more than the limit of 1"),
    (.textNotUTF8, "the text to search is not UTF-8"),
    (
      .tooManySteps(5), "gave up after 5 backtracking steps; nested repeats such as (a+)+ cause this"
    ),
    (
      .tooDeep,
      "gave up, since backtracking took too much memory; nested repeats such as (a|b)* cause this"
    ),
    (.tooSlow(.seconds(2)), "gave up after 2 s; make the pattern simpler"),
    (.search(message: "bad"), "bad"),
  ])
  func `each error says what to do`(error: PCRE2Error, message: String) {
    #expect(error.description == message)
  }
}
