import Posix
import TestSupport

@testable import HTTP

/// A server on a free port, with the routes that the tests of sockets need.
struct RunningServer {
  let server: HTTPServer
  let loop: EventLoop
  let address: SocketAddress
  let directory: TemporaryDirectory
  /// Paths of the requests whose handlers have begun.
  let begun = Observed<[String]>([])
  /// Paths of the requests whose clients went away, as their handlers saw it.
  let gone = Observed<[String]>([])
  /// Exchanges that are over.
  let exchanges = Observed<[Exchange]>([])
  /// Handlers of `/held` answer when this is true.
  let released = Gate()

  init(
    _ limits: ServerLimits = ServerLimits(), middleware: [any Middleware] = [], listenOn name: String? = nil,
    at known: SocketAddress? = nil
  ) async throws {
    directory = try TemporaryDirectory()
    loop = try EventLoop(name: "http")
    var configuration = HTTPServer.Configuration(Router([]))
    configuration.router = Router(Self.routes(begun, gone, released, directory))
    configuration.limits = limits
    configuration.middleware = middleware
    configuration.spoolDirectory = directory.path
    configuration.observe = { [exchanges] exchange in exchanges.update { $0.append(exchange) } }
    server = HTTPServer(configuration, on: loop)
    var wanted = known ?? .ipv4(0x7F00_0001, port: 0)
    if let name { wanted = .unix(directory / name) }
    address = try await server.listen(on: wanted)
  }

  func client() throws -> RawClient { try RawClient(address) }

  /// Ends the server; one that is not to wait for a client that never ends gets no patience.
  func stop(patience: Duration = .seconds(5)) async {
    await released.open()
    await server.stop(patience: patience)
    loop.stop()
  }

  private static func routes(
    _ begun: Observed<[String]>, _ gone: Observed<[String]>, _ released: Gate, _ directory: TemporaryDirectory
  ) -> [Route] {
    [
      Route(.get, "/quick/{id}", shortcut: { Response(200, text: "quick \($0.parameters["id"])") }) { _ in
        Response(500)
      },
      Route(.get, "/slow/{id}") { Response(200, text: "slow \($0.parameters["id"])") },
      Route(.get, "/held/{id}") { request in
        begun.update { $0.append(request.path) }
        _ = await request.client.whileHere { await released.wait() }
        if request.client.isGone { gone.update { $0.append(request.path) } }
        return Response(200, text: "held")
      },
      Route(.post, "/echo", bodyLimit: 3_000_000) { request in
        switch request.body {
        case .none: Response(200, text: "none")
        case .bytes(let bytes): Response(200, bytes, type: "application/octet-stream")
        case .file(let body):
          Response(200, body: .file(FilePiece(body.file, count: body.count)))
        }
      },
      Route(.get, "/stream/{count}") { request in
        let count = Int(request.parameters["count"]) ?? 0
        return Response(
          200,
          body: .stream(
            BodyStream { writer throws(StreamError) in
              for number in 0..<count { try await writer.write(Array("piece \(number)\n".utf8)) }
            }))
      },
      Route(.get, "/endless") { _ in
        Response(
          200,
          body: .stream(
            BodyStream { writer throws(StreamError) in
              do throws(StreamError) {
                while true { try await writer.write([UInt8](repeating: 0x78, count: 100_000)) }
              } catch {
                gone.update { $0.append("/endless") }
                throw error
              }
            }))
      },
      Route(.get, "/broken") { _ in
        Response(
          200,
          body: .stream(
            BodyStream { writer throws(StreamError) in
              try await writer.write(Array("half".utf8))
              throw .failed("no more")
            }))
      },
      Route(.get, "/big") { _ in Response(200, [UInt8](repeating: 0x79, count: 5_000_000), type: "text/plain")
      },
      Route(.get, "/peer") { Response(200, text: "\($0.peer)") },
      Route(.get, "/nothing") { _ in Response(204) },
    ]
  }
}

/// Handlers wait here until a test opens it.
actor Gate {
  private var isOpen = false
  private var waiting: [Int: CheckedContinuation<Void, Never>] = [:]
  private var next = 0

  func open() {
    isOpen = true
    for continuation in waiting.values { continuation.resume() }
    waiting = [:]
  }

  func wait() async {
    guard !isOpen else { return }
    next += 1
    let number = next
    await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        if Task.isCancelled { continuation.resume() } else { waiting[number] = continuation }
      }
    } onCancel: {
      Task { await self.giveUp(number) }
    }
  }

  private func giveUp(_ number: Int) { waiting.removeValue(forKey: number)?.resume() }
}
