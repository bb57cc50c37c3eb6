import Formats
import Testing

@testable import Telemetry

@Suite struct LogLineTests {
  private func journal(_ value: String) -> String {
    let line = LogLine(level: .info, text: "x", pairs: [("v", value)], at: Timestamp(milliseconds: 0))
    return String(decoding: line.bytes(.journal), as: UTF8.self)
  }

  @Test(arguments: [
    ("plain", "plain"), ("", "\"\""), ("two words", "\"two words\""), ("a=b", "\"a=b\""),
    ("say \"hi\"", "\"say \\\"hi\\\"\""), ("back\\slash", "\"back\\\\slash\""),
    ("line\nbreak", "\"line\\nbreak\""), ("\u{1B}[31m", "\"\\u{1b}[31m\""), ("ü", "ü"),
    ("\u{202E}abc", "\\u{202e}abc"), ("\u{85}", "\\u{85}"),
  ])
  func `a value can neither end its line nor drive a terminal`(value: String, shown: String) {
    #expect(journal(value) == "<6>x v=\(shown)\n")
  }
}
