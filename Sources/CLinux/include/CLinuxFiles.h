/// Descriptors, files and sockets.
#ifndef CLINUX_FILES_H
#define CLINUX_FILES_H

#include <stddef.h>
#include <stdint.h>

/// Flags of open(2) that need `_GNU_SOURCE`.
extern const int linux_o_path;
extern const int linux_o_tmpfile;
extern const int linux_at_empty_path;

/// accept4(2) without the peer's address: a non-blocking, close-on-exec connection.
int linux_accept(int listener);
/// pipe2(2) with `O_CLOEXEC`, and `O_NONBLOCK` on request for each end.
int linux_pipe(int ends[2], int nonblocking_read, int nonblocking_write);
/// memfd_create(2), close-on-exec.
int linux_memory_file(const char *name);
/// SO_PEERCRED of unix(7).
int linux_peer_credentials(int socket, int32_t *pid, uint32_t *uid, uint32_t *gid);
/// openat2(2); `resolve` takes RESOLVE_* bits.
int linux_openat2(int directory, const char *path, uint64_t flags, uint64_t mode, uint64_t resolve);
extern const uint64_t linux_resolve_beneath;
extern const uint64_t linux_resolve_no_symlinks;
extern const uint64_t linux_resolve_no_magiclinks;
/// renameat2(2).
int linux_renameat2(int from, const char *old_path, int to, const char *new_path, unsigned flags);
extern const unsigned linux_rename_noreplace;
extern const unsigned linux_rename_exchange;
/// copy_file_range(2) at the descriptors' own offsets.
int64_t linux_copy_file_range(int from, int to, size_t length);
/// syncfs(2).
int linux_syncfs(int fd);
/// fallocate(2) with mode 0.
int linux_fallocate(int fd, int64_t offset, int64_t length);
/// getxattr(2).
int64_t linux_getxattr(const char *path, const char *name, void *value, size_t size);
/// getrandom(2) without flags: blocks only before the kernel's pool is first seeded.
int64_t linux_getrandom(void *buffer, size_t length);

#endif
