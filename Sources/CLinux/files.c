#define _GNU_SOURCE
#include "CLinuxFiles.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/xattr.h>
#include <unistd.h>

const int linux_o_path = O_PATH;
const int linux_o_tmpfile = O_TMPFILE;
const int linux_at_empty_path = AT_EMPTY_PATH;
const uint64_t linux_resolve_beneath = RESOLVE_BENEATH;
const uint64_t linux_resolve_no_symlinks = RESOLVE_NO_SYMLINKS;
const uint64_t linux_resolve_no_magiclinks = RESOLVE_NO_MAGICLINKS;
const unsigned linux_rename_noreplace = RENAME_NOREPLACE;
const unsigned linux_rename_exchange = RENAME_EXCHANGE;

int linux_accept(int listener) {
  return accept4(listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
}

int linux_pipe(int ends[2], int nonblocking_read, int nonblocking_write) {
  int shared = nonblocking_read && nonblocking_write ? O_NONBLOCK : 0;
  if (pipe2(ends, O_CLOEXEC | shared) != 0) return -1;
  if (shared || (!nonblocking_read && !nonblocking_write)) return 0;
  if (fcntl(ends[nonblocking_read ? 0 : 1], F_SETFL, O_NONBLOCK) == 0) return 0;
  int error = errno;
  close(ends[0]);
  close(ends[1]);
  errno = error;
  return -1;
}

int linux_memory_file(const char *name) { return memfd_create(name, MFD_CLOEXEC); }

int linux_peer_credentials(int socket, int32_t *pid, uint32_t *uid, uint32_t *gid) {
  struct ucred peer;
  socklen_t length = sizeof peer;
  if (getsockopt(socket, SOL_SOCKET, SO_PEERCRED, &peer, &length) != 0) return -1;
  *pid = peer.pid;
  *uid = peer.uid;
  *gid = peer.gid;
  return 0;
}

int linux_openat2(int directory, const char *path, uint64_t flags, uint64_t mode, uint64_t resolve) {
  struct open_how how = {.flags = flags, .mode = mode, .resolve = resolve};
  return (int)syscall(SYS_openat2, directory, path, &how, sizeof how);
}

int linux_renameat2(int from, const char *old_path, int to, const char *new_path, unsigned flags) {
  return renameat2(from, old_path, to, new_path, flags);
}

int64_t linux_copy_file_range(int from, int to, size_t length) {
  return copy_file_range(from, NULL, to, NULL, length, 0);
}

int linux_syncfs(int fd) { return syncfs(fd); }

int linux_fallocate(int fd, int64_t offset, int64_t length) { return fallocate(fd, 0, offset, length); }

int64_t linux_getxattr(const char *path, const char *name, void *value, size_t size) {
  return getxattr(path, name, value, size);
}

int64_t linux_getrandom(void *buffer, size_t length) { return getrandom(buffer, length, 0); }
