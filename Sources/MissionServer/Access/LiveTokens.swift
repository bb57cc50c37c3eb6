import Posix

/// The tokens of a running daemon: read at the start, and again when one of their files changes.
package final class LiveTokens: Sendable {
  private struct State {
    var tokens = AccessTokens()
    var stamps: [[Int64]?] = []
  }

  /// Where they come from; none means that nobody is asked for a token.
  private let files: [TokenFile]
  private let state = Lock(State())

  /// Names the files of a configuration; nothing is read yet.
  package init(_ configuration: Configuration, environment: [String: String]) {
    files = Self.files(configuration, environment)
  }

  /// The files that a configuration names; credentials lie in `$CREDENTIALS_DIRECTORY`.
  static func files(_ configuration: Configuration, _ environment: [String: String]) -> [TokenFile] {
    let credential = configuration.tokensCredential.map { name in
      (environment["CREDENTIALS_DIRECTORY"] ?? "/run/credentials") + "/" + name
    }
    return [configuration.tokensFile, credential].compactMap { $0 }.map(TokenFile.init)
  }

  /// True where callers over TCP are asked for a token.
  package var areRequired: Bool { !files.isEmpty }

  /// The tokens that are valid now; nil where nobody is asked for one.
  var current: AccessTokens? { files.isEmpty ? nil : state.withLock { $0.tokens } }

  /// Reads all files. What was valid before stays valid if one of them cannot be read.
  package func load() throws(TokenFileError) {
    let stamps = files.map { $0.stamp() }
    state.withLock { $0.stamps = stamps }
    var all: [AccessToken] = []
    for file in files {
      for token in try file.read().all {
        guard !all.contains(where: { $0.name == token.name }) else {
          throw TokenFileError("the tokens: \(file.path) and another file name a token \"\(token.name)\"")
        }
        all.append(token)
      }
    }
    let tokens = AccessTokens(all)
    state.withLock { $0.tokens = tokens }
  }

  /// Reads the files again if one has changed since it was read; false if none has.
  func refresh() throws(TokenFileError) -> Bool {
    guard !files.isEmpty else { return false }
    let stamps = files.map { $0.stamp() }
    guard stamps != state.withLock({ $0.stamps }) else { return false }
    try load()
    return true
  }
}
