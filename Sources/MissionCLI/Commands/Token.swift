import Formats
import Glibc
import MissionServer
import Posix

/// The file of tokens as the subcommands of `mission token` find it.
enum TokenPlace {
  static let flags = [
    Flag("--file", "FILE", "The file of tokens; else auth.tokens_file of the configuration."),
    Flag("--config", "FILE", "The configuration; else MISSIOND_CONFIG, else \(Self.usual)."),
  ]
  private static let usual = "/etc/missiond/missiond.yaml"

  /// Finds the file that the command line or the configuration names.
  static func file(_ arguments: Arguments, _ console: Console) throws(CommandError) -> TokenFile {
    if let path = arguments.value("--file") { return TokenFile(path) }
    if let path = console.environment["MISSIOND_AUTH_TOKENS_FILE"] { return TokenFile(path) }
    let config = arguments.value("--config") ?? console.environment["MISSIOND_CONFIG"] ?? Self.usual
    let bytes: [UInt8]
    do { bytes = try InputFile.read(config, console) } catch {
      throw CommandError(
        error.status, error.message + "; name the configuration with --config, or the tokens with --file")
    }
    do throws(ConfigurationError) {
      let configuration = try ConfigurationReader.read(file: (config, bytes), environment: [:])
      if let path = configuration.tokensFile { return TokenFile(path) }
    } catch { throw CommandError(.usage, error.description) }
    throw CommandError(.usage, "\(Shown.value(config)) has no auth.tokens_file; add it, or use --file")
  }

  /// The tokens of a file, none where it is not there yet.
  static func tokens(in file: TokenFile) throws(CommandError) -> [AccessToken] {
    guard access(file.path, F_OK) == 0 else { return [] }
    do throws(TokenFileError) { return try file.read().all } catch {
      throw CommandError(.failed, error.description)
    }
  }

  static func write(_ tokens: [AccessToken], to file: TokenFile) throws(CommandError) {
    do throws(TokenFileError) { try file.write(AccessTokens(tokens)) } catch {
      throw CommandError(.failed, error.description)
    }
  }
}

extension Subcommand {
  /// `mission token make`: shows a new token this once and keeps its hash.
  package static let tokenMake = Subcommand(
    "token make", "Make a token for the API; it is shown once.",
    flags: TokenPlace.flags + [
      Flag(
        "--scopes", "LIST", "What it may do: read, submit, admin, parted by commas; read,submit if left out.")
    ],
    operands: [Operand("NAME", "Who it is for, as the audit trail shows it.")],
    example: "mission token make ci --scopes read,submit --file /etc/missiond/tokens"
  ) { arguments, console throws(CommandError) in
    let name = arguments.operands[0]
    guard AccessToken.isValid(name: name) else {
      throw CommandError(
        .usage, "NAME \"\(Shown.value(name))\": 1 to 64 letters, digits, dots, underscores and dashes")
    }
    let list = arguments.value("--scopes") ?? "read,submit"
    guard let scopes = AccessScope.list(list) else {
      throw CommandError(
        .usage, "--scopes \"\(Shown.value(list))\": expected read, submit, admin, parted by commas")
    }
    let file = try TokenPlace.file(arguments, console)
    var tokens = try TokenPlace.tokens(in: file)
    guard !tokens.contains(where: { $0.name == name }) else {
      throw CommandError(.failed, "there is a token \"\(name)\" already; revoke it first")
    }
    let now = Timestamp(milliseconds: WallClock.milliseconds)
    let (text, token) = AccessToken.make(name: name, scopes: scopes, at: now)
    tokens.append(token)
    try TokenPlace.write(tokens, to: file)
    console.print(text)
    console.note("keep it: it is shown this once, and \(file.path) has only its hash")
    return .completed
  }

  /// `mission token list`: shows who has a token.
  package static let tokenList = Subcommand(
    "token list", "List the tokens of the API by name.", flags: TokenPlace.flags,
    example: "mission token list --file /etc/missiond/tokens"
  ) { arguments, console throws(CommandError) in
    let file = try TokenPlace.file(arguments, console)
    let tokens = try TokenPlace.tokens(in: file)
    if tokens.isEmpty { console.note("\(file.path) has no tokens") }
    for token in tokens {
      let scopes = token.scopes.map(\.rawValue).joined(separator: ",")
      console.print("\(token.name)  \(scopes)  \(token.createdAt)")
    }
    return .completed
  }

  /// `mission token revoke`: makes a token invalid.
  package static let tokenRevoke = Subcommand(
    "token revoke", "Make a token invalid, within two seconds.", flags: TokenPlace.flags,
    operands: [Operand("NAME", "The token's name.")],
    example: "mission token revoke ci --file /etc/missiond/tokens"
  ) { arguments, console throws(CommandError) in
    let name = arguments.operands[0]
    let file = try TokenPlace.file(arguments, console)
    let tokens = try TokenPlace.tokens(in: file)
    guard tokens.contains(where: { $0.name == name }) else {
      let closest = EditDistance.closest(to: name, among: tokens.map(\.name))
      throw CommandError(
        .failed,
        "there is no token \"\(Shown.value(name))\"" + (closest.map { "; did you mean \"\($0)\"?" } ?? ""))
    }
    try TokenPlace.write(tokens.filter { $0.name != name }, to: file)
    return .completed
  }
}
