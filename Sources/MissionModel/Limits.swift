/// Every bound of the engine and its documents, by the name it has under `limits:` (contract §10).
package struct Limits: Sendable, Equatable {
  /// Largest mission document, in bytes.
  package var maxMissionBytes = 128 << 20
  /// Most steps in one mission.
  package var maxSteps = 1_000_000
  /// Most dependencies in one mission, all steps together.
  package var maxEdges = 1_000_000
  /// Longest scalar of a document, in bytes.
  package var maxScalarBytes = 16 << 20
  /// Deepest nesting of a document.
  package var maxDepth = 200
  /// Most nodes that the aliases of a YAML document may expand to.
  package var maxAliasNodes = 1_000_000
  /// Largest output of one step as compact JSON, in bytes.
  package var maxOutputBytes = 16 << 20
  /// Longest log of one attempt, in bytes; after it the log ends with a marker and the step goes on.
  package var maxLogBytes = 4 << 30
  /// Most jobs that may wait.
  package var maxQueued = 100_000
  /// Most connections the HTTP server holds open.
  package var maxConnections = 4096
  /// Most processes of steps that run at once over all jobs; 0 stands for four times the cores.
  package var maxRunningProcesses = 0
  /// Most bytes a job's workspace may grow to; nil for no bound.
  package var workspaceMaxBytes: Int?
  /// Free bytes on the state directory's file system below which nothing starts.
  package var minFreeBytes = 1 << 30
  /// Most dependency edges for which ancestors are worked out at submission; past it the check waits for
  /// the step's start.
  package var maxAncestorWork = 50_000_000
  /// Longest regular expression, in bytes.
  package var maxPatternBytes = 1024

  /// The defaults of contract §10.
  package init() {}
}
