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
/// The pid of some child that has ended, left unreaped (WNOWAIT); 0 when there is none.
int32_t linux_peek_ended_child(void);

/// PR_SET_CHILD_SUBREAPER of prctl(2): orphans below this process become its children.
int linux_become_subreaper(void);
/// PR_SET_DUMPABLE of prctl(2).
int linux_set_dumpable(int dumpable);

#endif
