package import Formats
package import MissionModel

/// How bytes of a file stand in a parameter or an output.
package enum TextEncoding: String, Sendable {
  case utf8 = "utf-8"
  case base64

  /// The choice as a parameter, utf-8 unless given.
  package static func read(_ p: inout ParameterReader, _ summary: String) -> TextEncoding {
    let kind = ParameterKind.choice("utf-8", "base64")
    return TextEncoding(rawValue: p.optional("encoding", kind, default: "utf-8", summary)) ?? .utf8
  }

  /// The bytes that `text` stands for.
  package func decode(_ text: String) throws(Base64Error) -> [UInt8] {
    switch self {
    case .utf8: Array(text.utf8)
    case .base64: try Base64.decode(text)
    }
  }
}
