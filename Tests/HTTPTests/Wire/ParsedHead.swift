@testable import HTTP

/// Parses a head that has arrived in one piece; nil where it is not complete.
func parsedHead(_ text: String) throws(Refusal) -> RequestHead? { try parsedHead(Array(text.utf8)) }

func parsedHead(_ bytes: [UInt8]) throws(Refusal) -> RequestHead? {
  var parser = HeadParser(limits: ServerLimits())
  return try bytes.withUnsafeBufferPointer { all throws(Refusal) in try parser.parse(all)?.head }
}

/// Why a head is refused; nil where it is not.
func refusalOfHead(_ text: String) -> Refusal? {
  do throws(Refusal) {
    _ = try parsedHead(text)
    return nil
  } catch { return error }
}
