package import Formats
import Glibc
package import HTTP
import MissionServer
import Posix

/// The daemon as a subcommand asks it: one request after another, with errors in words.
package struct Server: Sendable {
  private let client: HTTPClient
  private let token: String?
  /// How long the daemon may take over a plain answer.
  private static let patience = Duration.seconds(30)
  /// Where a daemon listens on TCP unless told otherwise.
  package static let defaultAddress = "http://127.0.0.1:7433"

  /// The flags that every subcommand of a server takes.
  package static let flags = [
    Flag("--server", "URL", "Where the daemon is: http://HOST:PORT or the path of a Unix socket."),
    Flag("--token-file", "FILE", "File with the token; else MISSIOND_TOKEN."),
  ]

  /// Prepares to ask the daemon; nothing is sent yet.
  package init(_ arguments: Arguments, _ console: Console) throws(CommandError) {
    let environment = console.environment
    let address = Self.address(arguments, environment)
    do {
      client = HTTPClient(try ServerAddress(address), on: try EventLoop(name: "client"))
    } catch let error as ClientError {
      throw CommandError(.usage, error.description)
    } catch {
      throw CommandError(.unreachable, "\(error)")
    }
    if let file = arguments.value("--token-file") {
      token = String(decoding: try InputFile.read(file, console), as: UTF8.self).trimmed
    } else {
      token = environment["MISSIOND_TOKEN"]
    }
  }

  /// Where the daemon is: `--server`, `MISSIOND_URL`, the first Unix socket that takes connections of this
  /// user, the default address.
  static func address(_ arguments: Arguments, _ environment: [String: String]) -> String {
    if let named = arguments.value("--server") { return named }
    if let named = environment["MISSIOND_URL"], !named.isEmpty { return named }
    return ListenRule.socketPlaces(environment).first { takesConnections($0) } ?? defaultAddress
  }

  /// Whether somebody listens on a Unix socket, and lets this user connect.
  private static func takesConnections(_ path: String) -> Bool {
    do throws(Errno) {
      _ = try Socket.connect(to: .unix(path))
      return true
    } catch {
      // So many wait already that there is no place in the queue: the daemon is there.
      return error.code == EAGAIN
    }
  }

  /// Asks and returns the answer, whatever its status; its content is still to be read.
  ///
  /// - Parameter wait: seconds for which the daemon may hold the answer back.
  package func send(
    _ method: Method, _ path: String, headers: Headers = [:], body: [UInt8] = [], wait: Int = 0
  ) async throws(CommandError) -> Answer {
    var headers = headers
    if let token { headers.set("Authorization", "Bearer \(token)") }
    do {
      return try await client.send(
        .init(method, path, headers: headers, body: body), patience: Self.patience + .seconds(wait))
    } catch {
      throw Self.explain(error)
    }
  }

  /// Asks for JSON; a refusal is thrown with what the daemon says about it.
  package func json(
    _ method: Method, _ path: String, headers: Headers = [:], body: [UInt8] = [], wait: Int = 0
  ) async throws(CommandError) -> (answer: Answer, json: JSON) {
    let answer = try await send(method, path, headers: headers, body: body, wait: wait)
    let json = try await Self.content(of: answer)
    guard answer.status.code < 400 else { throw Self.refusal(answer.status.code, json) }
    return (answer, json)
  }

  /// Reads an answer's content as JSON; null where there is none.
  package static func content(of answer: Answer) async throws(CommandError) -> JSON {
    let bytes: [UInt8]
    do { bytes = try await answer.bytes() } catch { throw explain(error) }
    guard !bytes.isEmpty else { return .null }
    do { return try JSONParser.parse(bytes) } catch {
      throw CommandError(.unreachable, "the server's answer is not JSON: \(error); is it a missiond?")
    }
  }

  /// Turns problem details (RFC 9457) into a message and the exit status that fits.
  package static func refusal(_ status: Int, _ problem: JSON) -> CommandError {
    var lines = [
      Shown.value(
        problem["detail"]?.stringValue ?? problem["title"]?.stringValue ?? "refused with status \(status)")
    ]
    let errors = problem["errors"]?.arrayValue ?? []
    lines += errors.map { ProblemText.line($0) }
    let exit: ExitStatus =
      switch status {
      case 400 where !errors.isEmpty: .invalidMission
      case 403 where !errors.isEmpty: .denied
      default: .failed
      }
    return CommandError(exit, lines.joined(separator: "\n  "))
  }

  /// Says why there is no answer.
  package static func explain(_ error: ClientError) -> CommandError {
    let hint =
      error.kind == .unreachable ? "\nstart it with: missiond, or name it with --server or MISSIOND_URL" : ""
    return CommandError(.unreachable, error.description + hint)
  }
}

extension String {
  /// Without blanks and line ends around.
  var trimmed: String {
    let isBlank: (Character) -> Bool = { $0.isWhitespace || $0.isNewline }
    return String(drop(while: isBlank).reversed().drop(while: isBlank).reversed())
  }
}
