/// The keys of one object so far, to find one that occurs twice; cheap for the few keys that a step has.
struct SeenKeys {
  private static let scanned = 16

  private var few: [String] = []
  private var many: Set<String> = []

  /// Whether `key` has come.
  func contains(_ key: String) -> Bool { few.contains(key) || many.contains(key) }

  /// Adds `key`; false if it has come before.
  mutating func insert(_ key: String) -> Bool {
    guard !few.contains(key) else { return false }
    if few.count < Self.scanned {
      few.append(key)
      return true
    }
    return many.insert(key).inserted
  }
}
