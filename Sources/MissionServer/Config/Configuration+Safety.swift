package import Formats
package import MissionModel
import MissionSteps
package import Sandbox

extension Configuration {
  /// What confined processes may reach.
  ///
  /// - Parameter environment: the daemon's, for TMPDIR and systemd's credentials.
  package func confinementPlaces(environment: [String: String]) -> ConfinementPlaces {
    var forbidden = [stateDirectory] + policy.deniedPaths + secrets.files.values.sorted()
    if let directory = secrets.directory { forbidden.append(directory) }
    if let tokensFile { forbidden.append(tokensFile) }
    if let credentials = environment["CREDENTIALS_DIRECTORY"] { forbidden.append(credentials) }
    return ConfinementPlaces(
      readable: readPaths, writable: writePaths, home: home, temporary: environment["TMPDIR"] ?? "/tmp",
      forbidden: forbidden)
  }

  /// The policy with its rules read; paths are looked up in the file system.
  package var policyJudge: PolicyJudge {
    PolicyJudge(policy, readable: readPaths, writable: writePaths) {
      ConfinementPlaces.deepestRealPath($0)
    }
  }
}

extension Configuration {
  /// The policy's review, what missions ask for that would loosen the sandbox and the limits or that the host
  /// cannot do, and warnings of connections that `databases` does not name, of models that cannot be asked,
  /// and of what step types lack here.
  ///
  /// - Parameters:
  ///   - findJudge: gives the policy of the moment.
  ///   - databases: the names of now, where they change while this runs.
  ///   - models: where models are asked; nil where nobody knows yet.
  ///   - inventory: what this host has of what step types need.
  package func review(
    host: ConfinementHost, findJudge: @escaping @Sendable () -> PolicyJudge,
    databases: (@Sendable () -> [String])? = nil, models: ModelDirectory? = nil, inventory: HostInventory
  ) -> MissionReview {
    let confinement = confinement
    let connections = ConnectionNames(known: databases ?? { [names = self.databases.keys.sorted()] in names })
    let keys = models.map(ModelKeys.init)
    var review = MissionReview.policy(findJudge)
    review.patterns = Patterns.live().whereAvailable
    let ofSteps = review.step
    review.step = { type, parameters, isFilled in
      let problems = ofSteps(type, parameters, isFilled)
      guard !isFilled else { return problems }
      let absent = problems.isEmpty ? inventory.warnings(type, parameters) : []
      return problems + absent + connections.warnings(type, parameters)
        + (keys?.warnings(type, parameters) ?? [])
    }
    let ofPolicy = review.mission
    review.mission = { mission in
      let refusals = confinement.refusals(of: mission.config)
      // What the configuration itself asks for was looked at before; only what goes beyond it is new.
      let wanted = confinement.tightened(to: mission.config.sandbox, mission.config.limits)
      let gaps =
        wanted == confinement
        ? [] : host.gaps(in: wanted).map { Problem(at: "/config/" + $0.pointer, $0.reason) }
      return refusals + gaps + ofPolicy(mission) + inventory.warnings(of: mission, .builtin)
    }
    return review
  }

  /// The same for a mission that is carried out in this process.
  package func localReview(_ environment: [String: String]) -> MissionReview {
    let path = environment["PATH"] ?? "/usr/bin:/bin"
    return review(
      host: .current(path: path, groups: nil), findJudge: { [judge = policyJudge] in judge },
      // Secrets are read when the mission runs: here each counts as there.
      models: ModelDirectory(settings: ai, environment: environment) { _ in .value("") },
      inventory: HostInventory(path: path))
  }
}

extension Configuration {
  /// The safety report of a mission that was read from `document`, as `/missions/validate?safety=1` gives it.
  package func safetyReport(
    _ mission: Mission, in document: [UInt8], _ format: DocumentFormat, catalog: StepCatalog
  ) -> JSON {
    var report = SafetyReport(mission, catalog: catalog, judge: policyJudge, confinement: confinement)
    report.locateDenials(in: document, format)
    return SafetyShape.json(report)
  }
}
