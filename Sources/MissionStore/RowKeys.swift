/// The keys of what belongs to a step: its job's number, then its place in the document.
enum StepKey {
  /// 2^20 places are more than `max_steps` allows.
  static let placeBits: Int64 = 20

  static func of(job: Int64, step: Int) -> Int64 { job << placeBits | Int64(step) }
  static func place(in key: Int64) -> Int { Int(key & (1 << placeBits - 1)) }
  /// From a job's first step to its last.
  static func all(of job: Int64) -> ClosedRange<Int64> {
    job << placeBits...(job << placeBits | (1 << placeBits - 1))
  }
}

/// The keys of a job's events: its number, then the sequence number of the last one in the row.
enum EventKey {
  static let sequenceBits: Int64 = 32

  static func of(job: Int64, sequence: Int64) -> Int64 { job << sequenceBits | sequence }
  static func sequence(in key: Int64) -> Int64 { key & (1 << sequenceBits - 1) }
  static func all(of job: Int64) -> ClosedRange<Int64> {
    job << sequenceBits...(job << sequenceBits | (1 << sequenceBits - 1))
  }
}

/// The keys of a big document's chunks: its job's number, then their order.
enum ChunkKey {
  static let orderBits: Int64 = 20

  static func of(job: Int64, order: Int) -> Int64 { job << orderBits | Int64(order) }
  static func all(of job: Int64) -> ClosedRange<Int64> {
    job << orderBits...(job << orderBits | (1 << orderBits - 1))
  }
}
