import Glibc
import Telemetry

extension Daemon {
  /// Starts, serves until a signal asks for the end, and stops. Returns the status to exit with.
  ///
  /// SIGHUP reloads. The first other signal drains, the second interrupts what runs instead of waiting for
  /// it, and the third ends the process at once. `end` must finish the stream of signals.
  package func serve(_ signals: AsyncStream<CInt>, end: @escaping @Sendable () -> Void) async -> CInt {
    do throws(StartError) { _ = try await start() } catch {
      log.error("missiond cannot start", ["cause": error.description])
      return 1
    }
    await withTaskGroup(of: Void.self) { group in
      var requests = 0
      for await signal in signals {
        if signal == SIGHUP {
          reload()
          continue
        }
        requests += 1
        switch requests {
        case 1:
          group.addTask {
            await self.stop()
            end()
          }
        case 2: await interrupt()
        default: _exit(1)
        }
      }
    }
    return 0
  }
}
