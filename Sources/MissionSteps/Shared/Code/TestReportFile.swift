import Formats
package import MissionModel

/// Where a test runner writes its report: a file that the mission named, or one that goes again.
package struct TestReportFile: Sendable {
  /// An absolute path, since tools run in folders of their own.
  package let realPath: String
  private let isKept: Bool

  /// Makes room at `path`; without one, in the workspace.
  ///
  /// - Throws: where the path may not be written.
  package static func prepare(
    _ path: String?, _ context: StepContext
  ) async throws(StepFailure) -> TestReportFile {
    let name = ".missiond-tests-\(context.stepID)-\(context.attempt).xml"
    guard let path else {
      let file = TestReportFile(realPath: context.workspace + "/" + name, isKept: false)
      await file.discard(context)
      return file
    }
    guard let last = path.split(separator: "/").last, last != "..", last != "." else {
      throw StepFailure(.badParameters, "junit_file: \"\(path)\" names no file")
    }
    let parent = path.dropLast(path.reversed().prefix { $0 == "/" }.count + last.count)
    let folder = parent.isEmpty ? "." : String(parent)
    if folder != "." { try await context.files.makeDirectory(folder) }
    let held = try await context.files.hold(folder, .write)
    held.release()
    // What an earlier run left must not be counted as this one's.
    _ = try await context.files.remove(path, false)
    return TestReportFile(realPath: held.realPath + "/" + last, isKept: true)
  }

  /// Removes a report that nobody asked for.
  package func discard(_ context: StepContext) async {
    guard !isKept else { return }
    for path in [realPath, realPath.dropLast(4) + "-swift-testing.xml"] {
      do throws(StepFailure) { _ = try await context.files.remove(String(path), false) } catch {
        context.warn(error.message)
      }
    }
  }
}
