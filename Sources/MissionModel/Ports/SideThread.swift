/// A thread beside the caller's, for work that has to be done but not at once.
package struct SideThread: Sendable {
  /// Takes a piece of work, done in the order of the calls; false where enough of it waits already, so that
  /// the caller does it itself.
  package let take: @Sendable (_ work: @escaping @Sendable () -> Void) -> Bool
  /// Takes a piece of work that nobody else can do, as soon as not too much waits.
  package let add: @Sendable (_ work: @escaping @Sendable () -> Void) -> Void
  /// Returns when all that was taken is done.
  package let join: @Sendable () -> Void

  /// Makes the port of its closures.
  package init(
    take: @escaping @Sendable (@escaping @Sendable () -> Void) -> Bool,
    add: @escaping @Sendable (@escaping @Sendable () -> Void) -> Void, join: @escaping @Sendable () -> Void
  ) {
    self.take = take
    self.add = add
    self.join = join
  }
}
