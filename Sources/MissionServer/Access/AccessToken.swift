package import Formats
import Posix

/// A token as it is kept: everything but the token itself.
package struct AccessToken: Sendable, Equatable {
  /// Who it was made for, as logs and the audit trail show it.
  package let name: String
  package let scopes: [AccessScope]
  package let createdAt: Timestamp
  /// SHA-256 of the token.
  package let hash: [UInt8]

  /// Describes a token.
  package init(name: String, scopes: [AccessScope], createdAt: Timestamp, hash: [UInt8]) {
    self.name = name
    self.scopes = scopes
    self.createdAt = createdAt
    self.hash = hash
  }

  /// What tokens begin with, so that scanners of secrets know them.
  package static let prefix = "missiond_"
  private static let randomBytes = 32
  private static let longestName = 64

  /// Makes a token of 256 random bits, whose text is shown this once.
  package static func make(
    name: String, scopes: [AccessScope], at now: Timestamp
  ) -> (text: String, token: AccessToken) {
    let digits = Base64.encode(Random.bytes(randomBytes)).filter { $0 != "=" }
      .map { $0 == "+" ? "-" : $0 == "/" ? "_" : $0 }
    let text = prefix + String(digits)
    return (text, AccessToken(name: name, scopes: scopes, createdAt: now, hash: hash(of: text)))
  }

  /// What is kept of a token's text.
  package static func hash(of text: String) -> [UInt8] { SHA256.digest(Array(text.utf8)) }

  /// Names are 1 to 64 letters, digits, `.`, `_` and `-`.
  package static func isValid(name: String) -> Bool {
    (1...longestName).contains(name.utf8.count)
      && name.utf8.allSatisfy { byte in
        switch byte {
        case 48...57, 65...90, 97...122, UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-"): true
        default: false
        }
      }
  }
}

/// The tokens that are valid now.
package struct AccessTokens: Sendable, Equatable {
  package private(set) var all: [AccessToken]

  /// Collects tokens.
  package init(_ all: [AccessToken] = []) { self.all = all }

  /// The token with this text.
  ///
  /// The text is hashed first, and its hash compared with every one that there is, to the last byte: how long
  /// it takes tells nothing about how much of it was right, nor which token it is.
  package func find(_ text: String) -> AccessToken? {
    let hash = AccessToken.hash(of: text)
    var found = -1
    for (place, token) in all.enumerated() {
      var difference: UInt8 = 0
      for (left, right) in zip(token.hash, hash) { difference |= left ^ right }
      // All ones where there is no difference, else zero: no branch on what is compared.
      let isSame = (Int(difference) &- 1) >> 8
      found = (found & ~isSame) | (place & isSame)
    }
    return found < 0 ? nil : all[found]
  }
}
