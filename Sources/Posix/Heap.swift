import CLinux

/// The C library's heap, which every Swift object comes from.
package enum Heap {
  /// Keeps the heap in few pieces, at some cost in contention; call it before threads start. See
  /// `mallopt(3)`.
  package static func limitArenas(to most: Int) { _ = linux_malloc_arenas(CInt(most)) }

  /// Gives each block of `bytes` and more pages of its own, which go back as soon as it is free. Without this
  /// the C library learns to keep blocks of up to 32 MB, and an array that grows leaves its former selves
  /// behind. See `mallopt(3)`.
  package static func returnBlocks(from bytes: Int) { _ = linux_malloc_return_from(CInt(bytes)) }
}
