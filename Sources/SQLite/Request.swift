/// A closure on its way to a thread with a connection, and the task that waits for what it answers.
class Request: @unchecked Sendable {
  // `@unchecked Sendable`: the mailbox hands a request from the task that made it to exactly one thread,
  // and only that thread touches what changes in it until `deliver` gives the answer back.

  /// Runs the closure and keeps its answer. Throws what the closure threw.
  func run(on connection: Connection) throws(SQLiteError) { preconditionFailure("a subclass's business") }

  /// Keeps an error as the answer.
  func fail(_ error: SQLiteError) { preconditionFailure("a subclass's business") }

  /// Lets the waiting task go on with the answer. Called once, after the transaction is over.
  func deliver() { preconditionFailure("a subclass's business") }
}

/// The request of one caller.
final class TypedRequest<Answer: Sendable>: Request, @unchecked Sendable {
  typealias Body = @Sendable (borrowing Transaction) throws(SQLiteError) -> Answer
  typealias Waiter = UnsafeContinuation<Result<Answer, SQLiteError>, Never>

  private let body: Body
  private let waiter: Waiter
  private var answer: Result<Answer, SQLiteError>?

  init(_ body: @escaping Body, waiter: Waiter) {
    self.body = body
    self.waiter = waiter
  }

  override func run(on connection: Connection) throws(SQLiteError) {
    do throws(SQLiteError) {
      answer = .success(try body(Transaction(connection: connection)))
    } catch {
      answer = .failure(error)
      throw error
    }
  }

  override func fail(_ error: SQLiteError) { answer = .failure(error) }

  override func deliver() {
    guard let answer else { preconditionFailure("a request was delivered before it ran") }
    waiter.resume(returning: answer)
  }
}
