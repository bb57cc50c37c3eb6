import CLinux

/// The C library's heap, which every Swift object comes from.
package enum Heap {
  /// Keeps the heap in few pieces, at some cost in contention; call it before threads start. See
  /// `mallopt(3)`.
  package static func limitArenas(to most: Int) { _ = linux_malloc_arenas(CInt(most)) }
}
