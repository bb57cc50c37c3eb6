/// What a process may give back of its memory.
#ifndef CLINUX_MEMORY_H
#define CLINUX_MEMORY_H

/// malloc_trim(3): gives free heap pages back to the kernel.
int linux_malloc_trim(void);
/// mallopt(3) with `M_ARENA_MAX`.
int linux_malloc_arenas(int most);
/// mallopt(3) with `M_MMAP_THRESHOLD` and `M_TRIM_THRESHOLD`.
int linux_malloc_return_from(int bytes);
/// madvise(2) with `MADV_DONTNEED` for the code and constants of everything that is loaded: they are read
/// again from the page cache when they are needed.
void linux_release_code(void);

#endif
