/// What is to happen at which instant, soonest first. A value without a clock.
struct TimerQueue<Action> {
  private struct Entry {
    let deadline: BootTime
    let id: UInt64
  }

  private var heap: [Entry] = []
  private var actions: [UInt64: Action] = [:]
  private var lastID: UInt64 = 0

  /// The soonest deadline still waited for.
  var nextDeadline: BootTime? {
    mutating get {
      dropCancelled()
      return heap.first?.deadline
    }
  }

  var count: Int { actions.count }

  mutating func add(_ deadline: BootTime, _ action: Action) -> UInt64 {
    lastID += 1
    actions[lastID] = action
    push(Entry(deadline: deadline, id: lastID))
    return lastID
  }

  /// Forgets an action; its place in the heap goes when it comes up, or when most places are dead.
  mutating func cancel(_ id: UInt64) {
    guard actions.removeValue(forKey: id) != nil else { return }
    guard heap.count > 64, heap.count > actions.count * 2 else { return }
    let living = heap.filter { actions[$0.id] != nil }
    heap.removeAll(keepingCapacity: true)
    for entry in living { push(entry) }
  }

  /// Takes the soonest action that is due, if there is one.
  mutating func popDue(at now: BootTime) -> Action? {
    dropCancelled()
    guard let first = heap.first, first.deadline <= now else { return nil }
    pop()
    return actions.removeValue(forKey: first.id)
  }

  private mutating func dropCancelled() {
    while let first = heap.first, actions[first.id] == nil { pop() }
  }

  private func precedes(_ left: Entry, _ right: Entry) -> Bool {
    left.deadline != right.deadline ? left.deadline < right.deadline : left.id < right.id
  }

  private mutating func push(_ entry: Entry) {
    heap.append(entry)
    var child = heap.count - 1
    while child > 0 {
      let parent = (child - 1) / 2
      guard precedes(heap[child], heap[parent]) else { break }
      heap.swapAt(child, parent)
      child = parent
    }
  }

  private mutating func pop() {
    heap.swapAt(0, heap.count - 1)
    heap.removeLast()
    var parent = 0
    while true {
      var least = parent
      for child in [2 * parent + 1, 2 * parent + 2] where child < heap.count {
        if precedes(heap[child], heap[least]) { least = child }
      }
      if least == parent { return }
      heap.swapAt(parent, least)
      parent = least
    }
  }
}
