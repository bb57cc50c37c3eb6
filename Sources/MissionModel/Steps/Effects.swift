/// The classes of things that a step type may do to the world. A step gets real capabilities only for the
/// effects it declares, and `.denied` ones for the rest, so what the safety report says is what can happen.
package struct Effects: OptionSet, Sendable, Hashable {
  package let rawValue: UInt16
  package init(rawValue: UInt16) { self.rawValue = rawValue }

  /// Opens files and folders to read them.
  package static let readsFiles = Effects(rawValue: 1 << 0)
  /// Creates, changes, moves or removes files and folders.
  package static let writesFiles = Effects(rawValue: 1 << 1)
  /// Starts or ends processes, which can do whatever the sandbox lets them.
  package static let runsProcesses = Effects(rawValue: 1 << 2)
  /// Opens network connections.
  package static let usesNetwork = Effects(rawValue: 1 << 3)
  /// Talks to databases.
  package static let usesDatabases = Effects(rawValue: 1 << 4)
  /// Sends text to a model.
  package static let callsModels = Effects(rawValue: 1 << 5)
  /// Runs other step types, which bring their own effects.
  package static let runsSteps = Effects(rawValue: 1 << 6)
  /// Reads figures of the host, such as its load.
  package static let readsHost = Effects(rawValue: 1 << 7)
  /// Leaves processes running that end with the job.
  package static let keepsProcesses = Effects(rawValue: 1 << 8)
  /// Keeps documents in the daemon's store, or searches in it.
  package static let usesKnowledge = Effects(rawValue: 1 << 9)

  private static let words: [(Effects, String)] = [
    (.readsFiles, "reads_files"), (.writesFiles, "writes_files"), (.runsProcesses, "runs_processes"),
    (.usesNetwork, "uses_network"), (.usesDatabases, "uses_databases"), (.callsModels, "calls_models"),
    (.runsSteps, "runs_steps"), (.readsHost, "reads_host"), (.keepsProcesses, "keeps_processes"),
    (.usesKnowledge, "uses_knowledge"),
  ]

  /// The effects as words, in a fixed order: what `/step-types` and the safety report show.
  package var names: [String] { Self.words.filter { contains($0.0) }.map(\.1) }
}
