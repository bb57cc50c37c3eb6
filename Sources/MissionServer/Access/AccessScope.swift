/// What a caller may ask for (contract §9). Scopes do not hold one another: a token names each that it has.
package enum AccessScope: String, Sendable, CaseIterable {
  /// Everything that is only looked at, but for the audit trail.
  case read
  /// Submit, validate, cancel and retry.
  case submit
  /// Delete, and the audit trail.
  case admin

  /// All of them, as a caller has them who is trusted for being who they are.
  static let everything = allCases.map(\.rawValue)

  /// Reads scopes parted by commas; nil if one is unknown or there is none.
  package static func list(_ text: some StringProtocol) -> [AccessScope]? {
    let words = text.split(separator: ",").map { $0.filter { $0 != " " } }
    let scopes = words.compactMap { AccessScope(rawValue: String($0)) }
    guard scopes.count == words.count, !scopes.isEmpty else { return nil }
    return allCases.filter(scopes.contains)
  }
}
