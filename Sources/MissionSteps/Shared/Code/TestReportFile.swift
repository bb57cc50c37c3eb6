import Formats
package import MissionModel

/// Where a test runner writes its report: a file that the mission named, or one that goes again.
package struct TestReportFile: Sendable {
  /// An absolute path, since tools run in folders of their own.
  package let realPath: String
  private let isKept: Bool

  /// Where `swift test` puts the report of swift-testing if it was told `report`.
  static func swiftTesting(_ report: String) -> String {
    (report.hasSuffix(".xml") ? String(report.dropLast(4)) : report) + "-swift-testing.xml"
  }

  /// Makes room at `path`; without one, in the workspace.
  ///
  /// - Throws: where the path may not be written.
  package static func prepare(
    _ path: String?, _ context: StepContext
  ) async throws(StepFailure) -> TestReportFile {
    let name = ".missiond-tests-\(context.stepID)-\(context.attempt).xml"
    guard let path else {
      let file = TestReportFile(realPath: context.workspace + "/" + name, isKept: false)
      await file.conclude(context)
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
    let file = TestReportFile(realPath: held.realPath + "/" + last, isKept: true)
    // What an earlier run left must not be counted as this one's.
    for path in file.paths { _ = try await context.files.remove(path, false) }
    return file
  }

  /// Removes a report that nobody asked for; one of swift-testing goes to the name that was asked for.
  ///
  /// It runs as a task of its own, so that a cancel leaves no report behind.
  package func conclude(_ context: StepContext) async {
    await Task {
      do throws(StepFailure) { try await putInPlace(context.files) } catch { context.warn(error.message) }
    }.value
  }

  private func putInPlace(_ files: Files) async throws(StepFailure) {
    guard isKept else {
      for path in paths { _ = try await files.remove(path, false) }
      return
    }
    guard try await files.status(paths[0]) == nil, try await files.status(paths[1]) != nil else { return }
    _ = try await files.move(paths[1], paths[0], true)
  }

  /// The report, and the one that swift-testing writes beside it.
  private var paths: [String] { [realPath, Self.swiftTesting(realPath)] }
}
