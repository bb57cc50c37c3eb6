import Formats

/// Text of a database that may be JSON.
enum JSONText {
  /// The value that it spells; nil where it is something else.
  static func value(_ bytes: [UInt8]) -> JSON? {
    do { return try JSONParser.parse(bytes) } catch { return nil }
  }
}
