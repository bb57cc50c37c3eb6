package import Formats
package import MissionModel

/// What uploads and downloads give.
package enum FileTransferOutput {
  /// The fields.
  package static let fields = [
    OutputField("host", "string", "The server."),
    OutputField("local_file", "string", "The file here."),
    OutputField("remote_file", "string", "The file there."),
    OutputField("bytes", "integer", "Bytes that were moved; with resume only the missing ones."),
    OutputField("duration_ms", "integer", "From the first look to the last byte."),
    OutputField(
      "verified", "bool", "True if both sides have as many bytes; false if the server does not tell."),
  ]

  /// The output.
  package static func make(
    _ server: FileServer, _ localFile: String, bytes: Int64, _ began: ContinuousClock.Instant,
    isVerified: Bool
  ) -> JSON {
    [
      "host": .string(server.host), "local_file": .string(localFile),
      "remote_file": .string(server.remoteFile), "bytes": .integer(bytes),
      "duration_ms": JSON(Int((ContinuousClock.now - began) / .milliseconds(1))),
      "verified": .bool(isVerified),
    ]
  }
}
