import CSQLite
import TestSupport
import Testing

@testable import SQLite

@Suite struct RequestTests {
  private let refusal = SQLiteError(code: SQLITE_FULL, message: "full", operation: "test")

  private func outcome(
    of body: @escaping TypedRequest<Int>.Body, then change: (Request) -> Void = { _ in }
  ) async throws -> Result<Int, SQLiteError> {
    let directory = try TemporaryDirectory()
    let connection = try Connection(.init(path: directory / "x.db"), role: .writer(createsFile: true))
    return await withUnsafeContinuation { waiter in
      let request = TypedRequest(body, waiter: waiter)
      do throws(SQLiteError) { try request.run(on: connection) } catch { #expect(error == refusal) }
      change(request)
      request.deliver()
    }
  }

  @Test func `the answer is what the closure returned`() async throws {
    #expect(try await outcome { _ throws(SQLiteError) in 7 } == .success(7))
  }

  @Test func `an error of the closure is the answer, and thrown for the batch to know`() async throws {
    let refusal = refusal
    #expect(try await outcome { _ throws(SQLiteError) in throw refusal } == .failure(refusal))
  }

  @Test func `a transaction that fails later replaces the answer`() async throws {
    let result = try await outcome(of: { _ throws(SQLiteError) in 7 }, then: { $0.fail(refusal) })
    #expect(result == .failure(refusal))
  }
}
