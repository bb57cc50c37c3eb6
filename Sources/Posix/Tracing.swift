import CLinux

/// Keeps other processes of the same user, such as children, from reading this one's memory, environment and
/// descriptors, and from tracing it; they leave no core dump of it either. Root still can.
///
/// The files of `/proc/self` become root's; a process still reaches its own descriptors there. An exec ends
/// it. The corresponding call is `PR_SET_DUMPABLE` of `prctl(2)`.
package func forbidTracing() { _ = linux_set_dumpable(0) }
