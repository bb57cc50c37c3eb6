/// Turns YAML (1.2, core schema) into JSON values, where a tree is wanted: configuration, `parse_yaml`.
///
/// It accepts and refuses what `YAMLTranscoder` does, and throws the same errors.
package enum YAMLParser {
  /// Parses a text that holds one document; one without any is null.
  package static func parse(
    _ bytes: [UInt8], limits: DocumentLimits = DocumentLimits()
  ) throws(YAMLError) -> JSON {
    try tree(of: YAMLTranscoder.transcode(bytes, limits: limits))
  }

  /// Parses a text that holds one document; one without any is null.
  package static func parse(
    _ text: String, limits: DocumentLimits = DocumentLimits()
  ) throws(YAMLError) -> JSON {
    try parse(Array(text.utf8), limits: limits)
  }

  /// Parses every document of a text, in order.
  package static func parseAll(
    _ bytes: [UInt8], limits: DocumentLimits = DocumentLimits()
  ) throws(YAMLError) -> [JSON] {
    var documents: [JSON] = []
    for json in try YAMLTranscoder.transcodeAll(bytes, limits: limits) {
      documents.append(try tree(of: json))
    }
    return documents
  }

  private static func tree(of json: [UInt8]) throws(YAMLError) -> JSON {
    // The walk has enforced the caller's limits, in which an escape counts as the character that it stands
    // for.
    var limits = DocumentLimits()
    limits.depth = DocumentLimits.greatestDepth
    limits.scalarBytes = .max
    do throws(JSONError) {
      return try JSONParser.parse(json, limits: limits)
    } catch {
      preconditionFailure("transcoded YAML is not JSON: \(error)")
    }
  }
}
