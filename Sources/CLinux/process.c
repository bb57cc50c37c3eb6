#define _GNU_SOURCE
#include "CLinuxProcess.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

int linux_pidfd_open(int32_t pid) { return (int)syscall(SYS_pidfd_open, pid, 0); }

int linux_pidfd_send_signal(int pidfd, int signal) {
  return (int)syscall(SYS_pidfd_send_signal, pidfd, signal, NULL, 0);
}

// glibc's waitid has no rusage, the system call does.
static int wait_for(idtype_t type, id_t id, struct linux_exit *out) {
  siginfo_t info;
  struct rusage usage;
  memset(&info, 0, sizeof info);
  if (syscall(SYS_waitid, type, id, &info, WEXITED | WNOHANG, &usage) != 0) return -1;
  if (info.si_pid == 0) return 0;
  out->pid = info.si_pid;
  out->status = info.si_status;
  out->signaled = info.si_code == CLD_KILLED || info.si_code == CLD_DUMPED;
  out->dumped_core = info.si_code == CLD_DUMPED;
  out->user_microseconds = usage.ru_utime.tv_sec * 1000000LL + usage.ru_utime.tv_usec;
  out->system_microseconds = usage.ru_stime.tv_sec * 1000000LL + usage.ru_stime.tv_usec;
  out->max_rss_bytes = usage.ru_maxrss * 1024LL;
  return 1;
}

int linux_wait_pidfd(int pidfd, struct linux_exit *out) { return wait_for(P_PIDFD, (id_t)pidfd, out); }
int linux_wait_pid(int32_t pid, struct linux_exit *out) { return wait_for(P_PID, (id_t)pid, out); }

static int32_t peek(idtype_t type, id_t id, int options) {
  siginfo_t info;
  memset(&info, 0, sizeof info);
  if (syscall(SYS_waitid, type, id, &info, WEXITED | WNOHANG | WNOWAIT | options, NULL) != 0) return -1;
  return info.si_pid;
}

int32_t linux_peek_child(int own_thread) { return peek(P_ALL, 0, own_thread ? __WNOTHREAD : 0); }
int32_t linux_peek_group(int32_t group) { return peek(P_PGID, (id_t)group, 0); }
int linux_is_first_thread(void) { return gettid() == getpid(); }

int linux_become_subreaper(void) { return prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0); }
int linux_set_dumpable(int dumpable) { return prctl(PR_SET_DUMPABLE, dumpable, 0, 0, 0); }
