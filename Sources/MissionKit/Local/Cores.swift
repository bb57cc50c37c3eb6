import Glibc

/// The processors that this process may use.
package enum Cores {
  /// How many they are, at least one. See `sched_getaffinity(2)`.
  package static let available = max(1, sysconf(CInt(_SC_NPROCESSORS_ONLN)))
}
