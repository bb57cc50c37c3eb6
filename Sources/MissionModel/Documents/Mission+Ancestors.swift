package import Formats

extension Mission {
  /// True if `step` depends on `other`, directly or not.
  package func isAncestor(_ other: Int, of step: Int) -> Bool {
    var budget = Int.max
    return isAncestor(other, of: step, budget: &budget) ?? false
  }

  /// The same, looking at no more than `budget` edges; nil when they were not enough to tell.
  package func isAncestor(_ other: Int, of step: Int, budget: inout Int) -> Bool? {
    if steps[step].dependsOn.contains(Int32(other)) { return true }
    var seen: Set<Int32> = []
    var open = steps[step].dependsOn
    while let next = open.popLast() {
      budget -= steps[Int(next)].dependsOn.count
      guard budget >= 0 else { return nil }
      for dependency in steps[Int(next)].dependsOn {
        if Int(dependency) == other { return true }
        if seen.insert(dependency).inserted { open.append(dependency) }
      }
    }
    return false
  }
}

extension MissionConfig {
  /// What `{{config.KEY}}` can name: the scalars of the config and of its `settings`, which come first.
  package var scalars: JSONObject {
    var result: JSONObject = [
      "fail_fast": .bool(failFast), "retry_attempts": JSON(retryAttempts),
      "retry_delay_ms": JSON(retryDelayMilliseconds), "retry_backoff": .double(retryBackoff),
      "strict_variables": .bool(strictVariables),
    ]
    if let timeoutSeconds { result["timeout_seconds"] = JSON(timeoutSeconds) }
    if let maxConcurrentSteps { result["max_concurrent_steps"] = JSON(maxConcurrentSteps) }
    if let workspace { result["workspace"] = .string(workspace) }
    if let sandbox { result["sandbox"] = .string(sandbox.rawValue) }
    for (key, value) in settings { result[key] = value }
    return result
  }
}
