import TestSupport
import Testing

/// Files that follow from others are what `scripts/generate` would write.
@Suite struct GeneratedFilesTests {
  @Test func `generated files are up to date`() async throws {
    let record = try await TestProcess.run(Repository.shared.root + "/scripts/generate", ["--check"])
    #expect(record.ending == .exited(0), "\(record.error)")
  }
}
