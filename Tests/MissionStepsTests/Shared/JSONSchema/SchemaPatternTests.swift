import Testing

@testable import MissionSteps

@Suite struct SchemaPatternTests {
  @Test(arguments: [
    (#"^a+$"#, #"^a+\z"#), (#"[$]\$"#, #"[$]\$"#), (#"\u0041"#, #"\x{41}"#), (#"\u{1F600}"#, #"\x{1f600}"#),
    (#"\ud83d\ude00"#, #"\x{1f600}"#), (#"\p{Letter}\P{Lu}"#, #"\p{L}\P{Lu}"#),
    (#"\p{Script=Greek}\p{gc=Decimal_Number}"#, #"\p{sc:Greek}\p{Nd}"#),
    (#"\p{scx=Latin}"#, #"\p{scx:Latin}"#),
    ("[]", "(?!)"), ("[^]", #"[\s\S]"#), ("[[a]", #"[\[a]"#), ("[^[]", #"[^\[]"#), (#"[\]$]$"#, #"[\]$]\z"#),
    (#"\/\d"#, #"\/\d"#), (#"\u12"#, "u12"), (#"a\"#, #"a\"#), (#"\p{"#, #"\p{}"#),
    (#"\uD800x"#, #"\x{d800}x"#),
  ])
  func `a pattern means the same in Perl's spelling`(source: String, expected: String) {
    #expect(SchemaPattern.translate(source) == expected)
  }
}
