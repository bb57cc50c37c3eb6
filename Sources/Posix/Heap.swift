import CLinux

/// The C library's heap, which every Swift object comes from.
package enum Heap {
  /// Gives free pages back to the kernel; worth it after a big job. The call is `malloc_trim(3)`.
  package static func trim() { _ = linux_malloc_trim() }

  /// Keeps the heap in few pieces, at some cost in contention; call it before threads start. See
  /// `mallopt(3)`.
  package static func limitArenas(to most: Int) { _ = linux_malloc_arenas(CInt(most)) }
}
