import Formats
import MissionModel
import Testing

@testable import MissionSteps

@Suite struct BuiltinToolsTests {
  @Test func `every built-in tool has a schema of an object and a sentence`() {
    #expect(
      BuiltinTools.all.map(\.name) == [
        "calculator", "csv_loader", "json_yaml_loader", "html_loader", "text_stats", "now", "data_processor",
      ])
    for tool in BuiltinTools.all {
      #expect(tool.parameters["type"] == "object")
      #expect(tool.summary.hasSuffix("."))
    }
  }

  @Test func `records become CSV with the columns of all`() {
    #expect(
      RecordText.csv([["a": 1, "b": "x,\"y\""], ["c": nil, "a": "two\nlines"]])
        == "a,b,c\n1,\"x,\"\"y\"\"\",\n\"two\nlines\",,\n")
  }

  @Test func `a text's figures`() {
    let figures = TextStatistics("Größe zählt. Ja!\nJa").json
    #expect(figures["characters"] == 19)
    #expect(figures["words"] == 4)
    #expect(figures["lines"] == 2)
    #expect(figures["sentences"] == 3)
    #expect(TextStatistics("").json["lines"] == 0)
  }
}
