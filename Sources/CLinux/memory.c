#define _GNU_SOURCE
#include "CLinuxMemory.h"

#include <link.h>
#include <malloc.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/mman.h>
#include <unistd.h>

int linux_malloc_trim(void) { return malloc_trim(0); }
int linux_malloc_arenas(int most) { return mallopt(M_ARENA_MAX, most); }
int linux_malloc_return_from(int bytes) {
  return mallopt(M_MMAP_THRESHOLD, bytes) & mallopt(M_TRIM_THRESHOLD, bytes);
}

// Drops the pages of one loaded object that are clean copies of its file: code and constants. Segments that
// may be written hold relocated or changed data, which the file does not have.
static int release_object(struct dl_phdr_info *object, size_t size, void *context) {
  (void)size;
  (void)context;
  const uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE);
  for (int index = 0; index < object->dlpi_phnum; index++) {
    const ElfW(Phdr) *segment = &object->dlpi_phdr[index];
    if (segment->p_type != PT_LOAD || (segment->p_flags & PF_W) != 0) continue;
    const uintptr_t start = (object->dlpi_addr + segment->p_vaddr) & ~(page - 1);
    const uintptr_t end = (object->dlpi_addr + segment->p_vaddr + segment->p_memsz + page - 1) & ~(page - 1);
    madvise((void *)start, end - start, MADV_DONTNEED);
  }
  return 0;
}

void linux_release_code(void) { dl_iterate_phdr(release_object, NULL); }
