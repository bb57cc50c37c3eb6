import Glibc
import Posix

/// The file that a subcommand is given; `-` is standard input.
package enum InputFile {
  /// Reads the whole file.
  package static func read(_ path: String, _ console: Console) throws(CommandError) -> [UInt8] {
    if path == "-" { return console.readInput() }
    do {
      return try FileDescriptor.open(path, O_RDONLY).readAll(limit: Int.max - 1)
    } catch {
      throw CommandError(.usage, "read \(Shown.value(path)): \(error.reason)")
    }
  }

  /// What kind of document the name says it is; nil where it says nothing.
  package static func mediaType(of path: String) -> String? {
    if path.hasSuffix(".json") { return "application/json" }
    return path.hasSuffix(".yaml") || path.hasSuffix(".yml") ? "application/yaml" : nil
  }
}
