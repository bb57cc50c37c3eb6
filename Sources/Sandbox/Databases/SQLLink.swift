import Formats
import MissionModel

/// A connection to one kind of SQL database. Its calls block and come one after the other, except that
/// `interrupt` may come from any thread. It closes when nobody holds it, and what was open is rolled back.
protocol SQLLink: Sendable {
  /// The columns of the statement that runs.
  var columns: [DatabaseRows.Column] { get }
  /// Begins a transaction, or sees to it that nothing changes without one.
  func begin(_ transaction: Bool, isReadOnly: Bool) throws(StepFailure)
  /// Runs statements without values; rows are dropped.
  func execute(_ sql: String) throws(StepFailure)
  /// Runs a statement up to its first row.
  func start(_ sql: String, _ values: [JSON]) throws(StepFailure)
  /// Up to so many of the next rows; fewer only at the end.
  func next(_ count: Int) throws(StepFailure) -> [[JSON]]
  /// Drops the rows that are left.
  func finish() throws(StepFailure) -> DatabaseRows.Effect
  /// Ends what runs, here and at the server.
  func interrupt()
}
