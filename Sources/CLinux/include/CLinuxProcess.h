/// Processes.
#ifndef CLINUX_PROCESS_H
#define CLINUX_PROCESS_H

#include <stddef.h>
#include <stdint.h>

/// pidfd_open(2), close-on-exec.
int linux_pidfd_open(int32_t pid);
/// pidfd_send_signal(2).
int linux_pidfd_send_signal(int pidfd, int signal);

/// How a child ended, with what it used.
struct linux_exit {
  int32_t pid;
  /// Exit code, or the signal's number where `signaled` is nonzero.
  int32_t status;
  int32_t signaled;
  int32_t dumped_core;
  int64_t user_microseconds;
  int64_t system_microseconds;
  int64_t max_rss_bytes;
};
/// waitid(2) on a pidfd, with WNOHANG: 1 when the child is reaped, 0 while it lives.
int linux_wait_pidfd(int pidfd, struct linux_exit *exit);
/// waitid(2) on a pid, with WNOHANG: 1 when the child is reaped, 0 while it lives.
int linux_wait_pid(int32_t pid, struct linux_exit *exit);
/// waitid(2) on any child, left unreaped: its pid when one has ended, 0 when all live, -1 with ECHILD when
/// there is none. With `own_thread` only the calling thread's children count: those that it started, and for
/// the first thread also the orphans that a subreaper is given.
int32_t linux_peek_child(int own_thread);
/// The same for the children in a process group.
int32_t linux_peek_group(int32_t group);
/// Whether the caller is the process's first thread.
int linux_is_first_thread(void);

/// One limit of setrlimit(2).
struct linux_limit {
  int32_t resource;
  uint64_t soft;
  uint64_t hard;
};

/// What a child is made of; everything optional is off when negative, zero or null.
struct linux_spawn {
  const char *path;
  const char *const *arguments;
  const char *const *environment;
  const char *directory_path;
  int directory;
  /// What becomes descriptor 0, 1 and 2; nothing else stays open.
  int descriptors[3];
  /// `cgroup.procs` of the group to join, open for writing.
  int cgroup_procs;
  /// Also takes away what root could do against the kernel and other processes.
  int landlock_ruleset;
  int death_signal;
  int no_new_privileges;
  int new_session;
  int file_mask;
  const struct linux_limit *limits;
  size_t limit_count;
};

/// Where a start failed.
enum linux_spawn_stage {
  LINUX_SPAWN_CLONE,
  LINUX_SPAWN_SESSION,
  LINUX_SPAWN_CGROUP,
  LINUX_SPAWN_PARENT,
  LINUX_SPAWN_DIRECTORY,
  LINUX_SPAWN_DESCRIPTORS,
  LINUX_SPAWN_LIMITS,
  LINUX_SPAWN_PRIVILEGES,
  LINUX_SPAWN_LANDLOCK,
  LINUX_SPAWN_EXEC,
};

/// Starts a child and gives its pid and a pidfd, or -1 with `errno` and the stage that failed.
///
/// The calling thread sleeps until the child's exec, so it should have nothing else to do; the death signal
/// is tied to it, so it must not end. All its signals must be blocked. One thread at a time.
int linux_spawn_child(const struct linux_spawn *what, int32_t *pid, int *pidfd, int *stage);
/// The child that is being started or has just been, until `linux_spawn_noted`; 0 when there is none.
int32_t linux_spawn_starting(void);
/// Says that the caller of `linux_spawn_child` has taken note of the child, or of the failure.
void linux_spawn_noted(void);

/// PR_SET_CHILD_SUBREAPER of prctl(2): orphans below this process become its children.
int linux_become_subreaper(void);
/// PR_SET_DUMPABLE of prctl(2).
int linux_set_dumpable(int dumpable);

#endif
