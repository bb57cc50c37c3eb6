/// The version of this build.
package enum Version {
  /// As `--version`, `/version` and the `Server` field show it.
  package static let text = "0.1.0"
}
