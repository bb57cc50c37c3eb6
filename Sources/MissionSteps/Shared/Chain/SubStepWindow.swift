import MissionModel

/// Runs several sub-steps at once, no more than the mission's bound.
enum SubStepWindow {
  /// Runs all; `take` hears of each as it ends and says whether to go on. After a no, what runs is ended and
  /// waited for, and nothing more starts.
  static func run(
    _ steps: [SubStep], _ runner: SubSteps,
    _ take: (_ place: Int, _ result: SubStepResult) async -> Bool
  ) async {
    await withTaskGroup(of: (Int, SubStepResult).self) { group in
      var next = 0
      var goesOn = true
      func start() {
        let (place, step) = (next, steps[next])
        group.addTask { (place, await runner.run(step)) }
        next += 1
      }
      while next < min(steps.count, max(1, runner.mostAtOnce)) { start() }
      while let (place, result) = await group.next() {
        // What ended because of another one's failure is no news.
        guard goesOn else { continue }
        goesOn = await take(place, result)
        if !goesOn { group.cancelAll() } else if next < steps.count { start() }
      }
    }
  }
}
