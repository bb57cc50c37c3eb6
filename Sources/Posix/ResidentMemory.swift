import CLinux

/// The part of the process that the kernel keeps in memory.
package enum ResidentMemory {
  /// Gives back what an idle process has no use for: free pages of the heap, and pages of code and constants,
  /// which come back from the page cache when they are run again. Takes milliseconds after a big job; to be
  /// called off the loop. See `malloc_trim(3)` and `MADV_DONTNEED` of `madvise(2)`.
  package static func release() {
    _ = linux_malloc_trim()
    linux_release_code()
  }
}
