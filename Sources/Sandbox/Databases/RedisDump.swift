import MissionModel
import Posix

/// Everything that a server of Redis holds, as it would send it to a replica: the command SYNC.
enum RedisDump {
  /// Asks for the dump and waits until it begins; gives its bytes piece by piece then, none at the end.
  static func start(
    _ connection: RedisConnection, _ title: String
  ) async throws(StepFailure) -> @Sendable () async throws(StepFailure) -> [UInt8] {
    let size = try await connection.run { () throws(StepFailure) in
      try connection.send(Array("SYNC\r\n".utf8))
      while true {
        let line = try connection.line()
        // The server sends empty lines while it prepares the dump.
        if line.isEmpty { continue }
        guard line.first == "$", let size = Int(line.dropFirst()), size > 0 else {
          let reason = line.first == "-" ? String(line.dropFirst()) : "it offers no dump of a known length"
          throw StepFailure("back up \(title): \(reason)")
        }
        return size
      }
    }
    let left = Lock(size)
    return { () throws(StepFailure) in
      try await connection.run { () throws(StepFailure) in
        let wanted = left.withLock { $0 }
        guard wanted > 0 else { return [] }
        let piece = try connection.bytes()
        guard !piece.isEmpty else {
          throw StepFailure("back up \(title): the server closed the connection in the middle of the dump")
        }
        left.withLock { $0 -= min(wanted, piece.count) }
        return piece.count > wanted ? Array(piece.prefix(wanted)) : piece
      }
    }
  }
}
