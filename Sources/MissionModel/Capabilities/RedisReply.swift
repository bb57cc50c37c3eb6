/// What Redis answers to a command.
package enum RedisReply: Sendable, Equatable {
  case null
  /// `OK` and the like.
  case status(String)
  case integer(Int64)
  case bytes([UInt8])
  case list([RedisReply])
  /// Beginning with a word such as `WRONGTYPE`.
  case error(String)

  /// The bytes of a value; nil for anything else.
  package var bytes: [UInt8]? { if case .bytes(let bytes) = self { bytes } else { nil } }
}
