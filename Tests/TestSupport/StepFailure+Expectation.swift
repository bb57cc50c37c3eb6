package import MissionModel

/// What `body` fails with, to be compared in an expectation; nil where it succeeds or fails otherwise.
///
///     let failed = await failure { try await files.open("x") }
///     #expect(failed?.message == "read x: no such file or directory (2)")
package func failure<Value>(of body: () async throws -> Value) async -> StepFailure? {
  do {
    _ = try await body()
    return nil
  } catch { return error as? StepFailure }
}
