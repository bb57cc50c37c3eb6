/// What a step may reach of the world.
package struct Capabilities: Sendable {
  package var files: Files
  package var processes: Processes
  package var patterns: Patterns
  package var network: Network
  package var databases: Databases
  package var xml: XML
  package var archives: Archives
  package var host: HostFigures
  package var models: Models
  package var knowledge: Knowledge
  /// Set by the engine, since it runs them.
  package var steps = SubSteps.denied
  package var heavyWork: HeavyWork

  /// Makes a set; what is left out is denied.
  package init(
    files: Files = .denied, processes: Processes = .denied, patterns: Patterns = .unavailable,
    network: Network = .denied, databases: Databases = .denied, xml: XML = .unavailable,
    archives: Archives = .denied, host: HostFigures = .denied, models: Models = .denied,
    knowledge: Knowledge = .denied, heavyWork: HeavyWork = .inline
  ) {
    self.files = files
    self.processes = processes
    self.patterns = patterns
    self.network = network
    self.databases = databases
    self.xml = xml
    self.archives = archives
    self.host = host
    self.models = models
    self.knowledge = knowledge
    self.heavyWork = heavyWork
  }

  /// Nothing at all.
  package static let denied = Capabilities()

  /// Takes away whatever `effects` do not name.
  package func limited(to effects: Effects) -> Capabilities {
    var result = self
    if !effects.contains(.writesFiles) {
      result.archives = .denied
      result.files = effects.contains(.readsFiles) ? files.readOnly : .denied
    }
    if !effects.contains(.runsProcesses) { result.processes = .denied }
    if !effects.contains(.readsHost) { result.host = .denied }
    if !effects.contains(.usesNetwork) { result.network = .denied }
    if !effects.contains(.usesDatabases) { result.databases = .denied }
    if !effects.contains(.callsModels) { result.models = .denied }
    if !effects.contains(.usesKnowledge) { result.knowledge = .denied }
    if !effects.contains(.runsSteps) { result.steps = .denied }
    return result
  }
}
