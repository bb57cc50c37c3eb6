/// What a JSON or YAML document may cost before it is refused; every parser of documents takes one.
package struct DocumentLimits: Sendable, Hashable {
  /// How deep lists and maps may lie within each other; at most `greatestDepth`.
  package var depth = 200
  /// How long one string or number may be, in bytes of its value.
  package var scalarBytes = 16 * 1024 * 1024
  /// How many nodes all YAML aliases together may add.
  package var aliasNodes = 1_000_000
  /// How many bytes of JSON a YAML document may become.
  package var totalBytes = 1024 * 1024 * 1024
  /// Whether a string may contain U+0000, which C strings and file names cannot carry.
  package var allowsNUL = true

  /// The parsers descend by recursion, so no limit may let them descend further than a thread's stack holds.
  package static let greatestDepth = 1000

  /// Takes the defaults of contract §10.
  package init() {}
}
