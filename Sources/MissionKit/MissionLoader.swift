import Glibc
import MissionModel
import Posix

/// Loads missions for embedders.
public enum MissionLoader {
  /// Loads a mission from a YAML or JSON file; `context` are the variables that it will be run with.
  ///
  /// Throws `MissionError` with everything that is wrong, each with its line and column.
  public static func load(
    file path: String, context: ExecutionContext = ExecutionContext()
  ) throws(MissionError) -> LoadedMission {
    let bytes: [UInt8]
    do throws(Errno) {
      bytes = try FileDescriptor.open(path, O_RDONLY).readAll(limit: Limits().maxMissionBytes)
    } catch {
      throw MissionError("\(path): \(error)")
    }
    return try load(bytes, name: path, context)
  }

  /// Loads a mission from text in YAML or JSON.
  ///
  /// Throws `MissionError` with everything that is wrong, each with its line and column.
  public static func load(
    text: String, context: ExecutionContext = ExecutionContext()
  ) throws(MissionError) -> LoadedMission {
    try load(Array(text.utf8), name: "<text>", context)
  }

  private static func load(
    _ bytes: [UInt8], name: String, _ context: ExecutionContext
  ) throws(MissionError) -> LoadedMission {
    do throws(ValidationError) {
      let loader = DocumentLoader(catalog: BuiltinCatalog.catalog, makeSide: SideThread.live)
      return LoadedMission(mission: try loader.load(bytes, context: context.variables).mission)
    } catch {
      throw MissionError(error, file: name)
    }
  }
}

/// A mission that was loaded and is free of errors.
public struct LoadedMission: Sendable {
  let mission: Mission

  /// The mission's name.
  public var name: String { mission.name }
  /// The ids of its steps, in document order.
  public var stepIDs: [String] { mission.steps.map(\.id) }
}

/// Why a mission could not be loaded or carried out.
public struct MissionError: Error, Sendable, CustomStringConvertible {
  /// One sentence for each thing that is wrong.
  public let messages: [String]

  /// All sentences, a line each.
  public var description: String { messages.joined(separator: "\n") }

  init(_ message: String) { messages = [message] }

  init(_ error: ValidationError, file: String) {
    messages = error.problems.map { problem in
      let place = problem.line > 0 ? "\(file):\(problem.line):\(problem.column): " : "\(file): "
      let pointer = problem.pointer.isEmpty ? "" : "\(problem.pointer): "
      return place + pointer + problem.message + (problem.hint.map { "; \($0)" } ?? "")
    }
  }
}
