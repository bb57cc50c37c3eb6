import Formats
import MissionStore

/// A page of the audit trail as the API shows it.
enum AuditShape {
  /// `{entries, next_cursor, chain}`; the fields of an entry are those over which its hash was made.
  static func bytes(_ page: AuditPage, _ verdict: AuditVerdict, cursor: String?) -> [UInt8] {
    var writer = JSONWriter(capacity: 400 * (page.entries.count + 1))
    writer.beginObject()
    writer.key("entries")
    writer.beginArray()
    for entry in page.entries {
      writer.beginObject()
      writer.member("seq", entry.sequence)
      writer.member("hash", Hex.encode(entry.hash))
      writer.key("entry")
      writer.raw(entry.text.utf8)
      writer.endObject()
    }
    writer.endArray()
    writer.member("next_cursor", cursor)
    writer.member("chain", chain(verdict))
    writer.endObject()
    return writer.bytes
  }

  private static func chain(_ verdict: AuditVerdict) -> JSON {
    [
      "verified": .bool(verdict.isSound), "entries": .integer(verdict.verified),
      "through": .integer(verdict.through), "head": .string(Hex.encode(verdict.head)),
      "first_bad": verdict.firstBad.map { ["seq": .integer($0.sequence), "reason": .string($0.reason)] }
        ?? .null,
    ]
  }
}
