import Formats
import MissionModel
import Testing

@testable import MissionSteps

@Suite struct OutputStageTests {
  private func text(_ format: OutputStage.Format, _ table: String) throws -> String {
    let output = OutputStage(
      maxRecords: 0, format: format, isWritten: true, delimiter: 44, lineEnd: "\n")
    let pass = CSVStage()
    pass.next = output
    var reading = CSVTable(delimiter: 44, hasHeaders: true, problems: CSVProblems())
    try reading.take(Array(table.utf8), named: "t", into: pass)
    try reading.take(nil, named: "t", into: pass)
    output.end()
    return String(decoding: output.takeBytes(), as: UTF8.self)
  }

  @Test func `CSV is written as it was read`() throws {
    #expect(try text(.csv, "\"a b\",c\n\"1\",2\n") == "a b,c\n\"1\",2\n")
  }

  @Test func `JSON types what is not quoted`() throws {
    #expect(
      try text(.json, "a,b,c,d,e,f\n1,\"2\",-3.5,false,null,1.2.3\n")
        == "[\n{\"a\":1,\"b\":\"2\",\"c\":-3.5,\"d\":false,\"e\":\"null\",\"f\":\"1.2.3\"}\n]\n")
  }
}
