/// A binary heap that gives the smallest index first.
package struct IndexHeap: Sendable {
  private var elements: [Int32] = []

  /// Makes an empty heap.
  package init() {}

  /// Whether nothing is left.
  package var isEmpty: Bool { elements.isEmpty }

  /// Adds an index; the heap does not look for repeats.
  package mutating func insert(_ index: Int32) {
    elements.append(index)
    var child = elements.count - 1
    while child > 0, elements[child] < elements[(child - 1) / 2] {
      elements.swapAt(child, (child - 1) / 2)
      child = (child - 1) / 2
    }
  }

  /// Removes the smallest index; nil when empty.
  package mutating func popFirst() -> Int32? {
    guard let first = elements.first, let last = elements.popLast() else { return nil }
    guard !elements.isEmpty else { return first }
    elements[0] = last
    var parent = 0
    while true {
      var child = 2 * parent + 1
      guard child < elements.count else { return first }
      if child + 1 < elements.count, elements[child + 1] < elements[child] { child += 1 }
      guard elements[child] < elements[parent] else { return first }
      elements.swapAt(child, parent)
      parent = child
    }
  }
}
