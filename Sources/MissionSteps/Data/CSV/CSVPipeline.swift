import MissionModel

/// A table on its way through stages: pieces of its text go in, pieces of the output come out.
///
/// No call takes long, so that a big table can be worked on in turns.
struct CSVPipeline {
  /// What has to be done next.
  enum Need: Sendable {
    /// Another piece of the text; an empty one says that it is over.
    case text
    /// Another turn: stages that held rows back hand them on.
    case turn
    case nothing
  }

  /// What came of a turn.
  struct Turn: Sendable {
    let need: Need
    /// For the output file.
    let bytes: [UInt8]
  }

  /// Bytes that wait before they are worth being written.
  private static let writtenBytes = DataInput.pieceBytes

  let problems: CSVProblems
  let stages: [CSVStage]
  let output: OutputStage
  private let title: String
  private var table: CSVTable
  private var need = Need.text
  /// The first stage that may still hold rows back.
  private var holding = 0

  /// Puts the rows of `table` through `stages` and then to `output`. `title` is what errors call the text.
  init(_ table: CSVTable, named title: String, through stages: [CSVStage], to output: OutputStage) {
    self.table = table
    self.title = title
    self.stages = stages + [output]
    self.output = output
    problems = table.problems
    for (stage, next) in zip(self.stages, self.stages.dropFirst()) { stage.next = next }
  }

  /// Takes a turn, with a piece of the text where that was needed.
  mutating func advance(_ piece: [UInt8]) throws(StepFailure) -> Turn {
    if need == .text {
      try table.take(piece.isEmpty ? nil : piece, named: title, into: stages[0])
      if piece.isEmpty || !stages[0].wantsMore { need = .turn }
    } else if try stages[holding].finish() {
      holding += 1
      if holding == stages.count {
        output.end()
        need = .nothing
      }
    }
    let isDue = need == .nothing || output.pendingBytes >= Self.writtenBytes
    return Turn(need: need, bytes: isDue ? output.takeBytes() : [])
  }
}

extension HeavyState where State == CSVPipeline {
  /// Puts all of `text` through, away from the executors, and writes what comes out to `writer`.
  mutating func takeAll(
    of text: FileReader, to writer: FileWriter?, by work: HeavyWork
  ) async throws(StepFailure) {
    var offset: Int64 = 0
    var need = CSVPipeline.Need.text
    while need != .nothing {
      let piece = need == .text ? try await text.read(offset, DataInput.pieceBytes) : []
      offset += Int64(piece.count)
      let turn = try await change(by: work) { pipeline throws(StepFailure) in try pipeline.advance(piece) }
      if !turn.bytes.isEmpty { try await writer?.write(turn.bytes) }
      need = turn.need
    }
  }
}
