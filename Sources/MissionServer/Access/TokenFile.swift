import Formats
import Glibc
import Posix

/// Why a file of tokens cannot be used.
package struct TokenFileError: Error, Sendable, Equatable, CustomStringConvertible {
  /// The path, the line where there is one, the cause and the way out.
  package let description: String

  /// Wraps a sentence.
  package init(_ description: String) { self.description = description }
}

/// The file in which tokens are kept: a line each with name, scopes, time and `sha256:` of the token.
///
/// Nothing in it can be turned back into a token. It is replaced whole, by renaming, so that a daemon that
/// reads it meanwhile sees the old one or the new one.
package struct TokenFile: Sendable {
  package let path: String

  /// Names a file.
  package init(_ path: String) { self.path = path }

  private static let head = """
    # The tokens of missiond, made by "mission token make": name, scopes, time, SHA-256.
    # The daemon takes up a change by itself within two seconds.

    """
  private static let mostBytes = 1 << 20
  private static let scheme = "sha256:"

  // MARK: Reading

  /// Reads the tokens; nobody but the owner and the group may be able to read the file.
  package func read() throws(TokenFileError) -> AccessTokens {
    let bytes: [UInt8]
    let mode: mode_t
    do throws(Errno) {
      let file = try FileDescriptor.open(path, O_RDONLY | O_CLOEXEC)
      var status = stat()
      _ = try check("look at", path) { fstat(file.rawValue, &status) }
      mode = status.st_mode
      bytes = try file.readAll(limit: Self.mostBytes)
    } catch {
      let hint = error.code == ENOENT ? "; make one with: mission token make NAME --file \(path)" : ""
      throw TokenFileError("the tokens: \(error)\(hint)")
    }
    guard mode & 0o007 == 0 else {
      throw TokenFileError("the tokens: everybody may read or write \(path); chmod 640 it")
    }
    return AccessTokens(try parse(String(decoding: bytes, as: UTF8.self)))
  }

  /// Takes the text of a file apart.
  func parse(_ text: String) throws(TokenFileError) -> [AccessToken] {
    var tokens: [AccessToken] = []
    for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
      let words = line.split { $0 == " " || $0 == "\t" || $0 == "\r" }
      guard let first = words.first, !first.hasPrefix("#") else { continue }
      let place = "\(path):\(index + 1)"
      guard words.count == 4, AccessToken.isValid(name: String(first)),
        let scopes = AccessScope.list(words[1]), let at = Timestamp(String(words[2])),
        words[3].hasPrefix(Self.scheme), let hash = Hex.decode(String(words[3].dropFirst(Self.scheme.count))),
        hash.count == 32
      else {
        throw TokenFileError(
          "\(place): a token is NAME SCOPES TIME \(Self.scheme)HASH; make it with \"mission token make\"")
      }
      guard !tokens.contains(where: { $0.name == first }) else {
        throw TokenFileError("\(place): there are two tokens named \"\(first)\"")
      }
      tokens.append(AccessToken(name: String(first), scopes: scopes, createdAt: at, hash: hash))
    }
    return tokens
  }

  /// What changes when the file does: nil where there is none.
  func stamp() -> [Int64]? {
    var status = stat()
    guard stat(path, &status) == 0 else { return nil }
    return [
      Int64(status.st_dev), Int64(status.st_ino), Int64(status.st_size), Int64(status.st_mtim.tv_sec),
      Int64(status.st_mtim.tv_nsec), Int64(status.st_ctim.tv_sec), Int64(status.st_ctim.tv_nsec),
    ]
  }

  // MARK: Writing

  /// The text of a file.
  func text(of tokens: [AccessToken]) -> String {
    tokens.reduce(Self.head) { text, token in
      let scopes = token.scopes.map(\.rawValue).joined(separator: ",")
      return text + "\(token.name) \(scopes) \(token.createdAt) \(Self.scheme)\(Hex.encode(token.hash))\n"
    }
  }

  /// Replaces the file: synced, with the owner and the permissions that it had, or for its owner alone.
  package func write(_ tokens: AccessTokens) throws(TokenFileError) {
    let temporary = "\(path).\(getpid())"
    do throws(Errno) {
      unlink(temporary)
      let file = try FileDescriptor.open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode: 0o600)
      var before = stat()
      if stat(path, &before) == 0 {
        try file.setOwner(user: before.st_uid, group: before.st_gid)
        try file.setMode(before.st_mode & 0o770)
      }
      let content = Array(text(of: tokens.all).utf8)
      try content.withUnsafeBufferPointer { bytes throws(Errno) in
        try file.writeAll(UnsafeRawBufferPointer(bytes))
      }
      try file.synchronize()
      _ = try check("replace", path) { rename(temporary, path) }
      let folder = path.lastIndex(of: "/").map { String(path[...$0]) } ?? "."
      try FileDescriptor.open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC).synchronize()
    } catch {
      unlink(temporary)
      throw TokenFileError("write the tokens: \(error)")
    }
  }
}
