import Formats
import MissionModel
import Testing

@testable import MissionSteps

@Suite struct CSVPipelineTests {
  private func pipeline(_ stages: [CSVStage], isWritten: Bool = true) -> CSVPipeline {
    CSVPipeline(
      CSVTable(delimiter: 44, hasHeaders: true, problems: CSVProblems()), named: "t", through: stages,
      to: OutputStage(maxRecords: 0, format: .csv, isWritten: isWritten, delimiter: 44, lineEnd: "\n"))
  }

  private func written(_ pipeline: inout CSVPipeline, _ pieces: [String]) throws -> [String] {
    var written: [String] = []
    for piece in pieces {
      let turn = try pipeline.advance(Array(piece.utf8))
      if !turn.bytes.isEmpty { written.append(String(decoding: turn.bytes, as: UTF8.self)) }
    }
    return written
  }

  @Test func `pieces become rows, and what came out is handed on when it is over`() throws {
    var table = pipeline([])
    #expect(try written(&table, ["a,b\n1", ",2\n3,4", ""]) == [])
    let last = try table.advance([])
    #expect(last.need == .nothing)
    #expect(String(decoding: last.bytes, as: UTF8.self) == "a,b\n1,2\n3,4\n")
    #expect(table.output.rowCount == 2)
  }

  @Test func `much is handed on before it is over`() throws {
    var table = pipeline([])
    let row = String(repeating: "x", count: DataInput.pieceBytes) + "\n"
    #expect(try written(&table, ["a\n", row, row]) == ["a\n" + row, row])
  }

  @Test func `stages that held rows back hand them on in turns`() throws {
    var table = pipeline([SortStage(by: ["a"], isDescending: true)], isWritten: false)
    let rows = (1...CSVStage.rowsPerFinish + 1).map { "\($0)\n" }.joined()
    #expect(try written(&table, ["a\n", rows, ""]) == [])
    #expect(table.output.rowCount == 0)
    #expect(try table.advance([]).need == .turn)
    #expect(table.output.rowCount == CSVStage.rowsPerFinish)
  }

  @Test func `no more text is asked for than changes anything`() throws {
    var table = pipeline([HeadStage(1)])
    #expect(try table.advance(Array("a\n1\n2\n".utf8)).need == .turn)
  }

  @Test func `a file is read to its end and written, piece by piece`() async throws {
    let text = "a\n" + String(repeating: "12345678\n", count: DataInput.pieceBytes / 4)
    let writes = Writes()
    var table = HeavyState(pipeline([]))
    try await table.takeAll(
      of: FileReader(Array(text.utf8)),
      to: FileWriter(
        write: { bytes throws(StepFailure) in await writes.add(bytes) }, commit: { true }),
      by: .inline)
    #expect(await writes.pieces.count > 1)
    #expect(await writes.pieces.flatMap(\.self) == Array(text.utf8))
  }
}

private actor Writes {
  var pieces: [[UInt8]] = []
  func add(_ bytes: [UInt8]) { pieces.append(bytes) }
}
