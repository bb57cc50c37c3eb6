import MissionModel
import MissionSteps
import Testing

@Suite struct RowTextTests {
  @Test func `columns of one name are told apart`() {
    let columns = ["a", "b", "a", "a_2", "a"].map { DatabaseRows.Column(name: $0, type: "") }
    #expect(RowText.names(of: columns) == ["a", "b", "a_2", "a_2_2", "a_3"])
  }

  @Test(arguments: [(RowText.Format.json, "[\n]\n"), (.rows, "[\n]\n"), (.csv, "a\n")])
  func `no rows are a whole text too`(format: RowText.Format, text: String) {
    var rows = RowText(format, columns: [DatabaseRows.Column(name: "a", type: "")])
    rows.end()
    #expect(String(decoding: rows.take(), as: UTF8.self) == text)
    #expect(rows.take().isEmpty)
  }
}
