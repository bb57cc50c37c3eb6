import Posix

/// The configuration of a running daemon, of which SIGHUP replaces what can be replaced.
package final class LiveConfiguration: Sendable {
  private let value: Lock<Configuration>

  /// Holds what the daemon started with.
  package init(_ configuration: Configuration) { value = Lock(configuration) }

  /// The values that hold now.
  package var current: Configuration { value.withLock { $0 } }

  /// One of the values that hold now, without a copy of them all.
  func current<Value: Sendable>(_ value: (borrowing Configuration) -> Value) -> Value {
    self.value.withLock { value($0) }
  }

  /// Takes over the reloadable values of `new`; returns the keys that changed, and those that changed in vain
  /// because they are read at the start only.
  package func reload(_ new: Configuration) -> (taken: [String], atNextStart: [String]) {
    value.withLock { current in
      let changed = Settings.table.filter { $0.isChanged(from: current, to: new) }
      for setting in changed where setting.isReloadable { setting.copy(from: new, to: &current) }
      return (changed.filter(\.isReloadable).map(\.key), changed.filter { !$0.isReloadable }.map(\.key))
    }
  }
}
