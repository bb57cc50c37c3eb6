import Formats
import HTTP

extension Subcommand {
  /// `mission logs`: shows what a step's processes wrote.
  package static let logs = Subcommand(
    "logs", "Show what the processes of a step wrote, byte for byte.",
    flags: Server.flags + [
      Flag("--stream", "NAME", "Only stdout, or only stderr."),
      Flag("--attempt", "NUMBER", "Of this attempt; else of the last one."),
      Flag("--follow", nil, "Go on until the step is over."),
      Flag("--raw", nil, "Write control characters to a terminal as they are."),
    ],
    operands: [Operand("ID", "The job's id."), Operand("STEP", "The step's id.")],
    example: "mission logs 0198c0de-0000-7000-8000-000000000001 build --follow"
  ) { arguments, console throws(CommandError) in
    let server = try Server(arguments, console)
    var items: [(String, String)] = []
    do throws(UsageError) {
      if let number = try arguments.integer("--attempt", in: 1...Int.max) {
        items.append(("attempt", String(number)))
      }
    } catch {
      throw CommandError(error)
    }
    if let stream = arguments.value("--stream") { items.append(("stream", stream)) }
    if arguments.has("--follow") { items.append(("follow", "1")) }
    let step = PercentEncoding.encode(arguments.operands[1])
    let path = "/missions/\(try JobPath.id(arguments))/steps/\(step)/log" + QueryText.make(items)
    let answer = try await server.send(.get, path, wait: arguments.has("--follow") ? 24 * 3600 : 0)
    guard answer.status.code < 400 else {
      throw Server.refusal(answer.status.code, try await Server.content(of: answer))
    }
    let escapes = console.outputIsTerminal && !arguments.has("--raw")
    do throws(ClientError) {
      while let piece = try await answer.body.next() {
        if escapes {
          let text = TerminalText.escaped(String(decoding: piece, as: UTF8.self), keepsLines: true)
          console.write(Array(text.utf8))
        } else {
          console.write(piece)
        }
      }
    } catch {
      throw Server.explain(error)
    }
    return .completed
  }
}
