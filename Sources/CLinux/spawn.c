#define _GNU_SOURCE
#include "CLinuxProcess.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

// The child runs in our memory until its exec, on a stack of its own, while the calling thread sleeps: it may
// make system calls and write to `struct start`, nothing else. No malloc, no stdio, no locks.

//
// The race detector takes such a child for a fork, after which it tidies up in what it believes to be the
// child's memory. Under it the child gets a copy, and what it has to say lies in a page that both have.
#if defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define COPIES_MEMORY
#endif
#endif
#ifdef COPIES_MEMORY
enum { SHARED_MEMORY = 0 };
#else
enum { SHARED_MEMORY = CLONE_VM };
#endif

struct start {
  const struct linux_spawn *what;
  pid_t parent;
  volatile int stage;
  volatile int error;
  // The kernel writes it in the child before the child makes its session.
  _Atomic pid_t starting;
};

// Moves a descriptor out of the way of 0, 1 and 2.
static int above_standard(int fd) { return fd > 2 ? fd : fcntl(fd, F_DUPFD, 3); }

static int place_descriptors(const int given[3]) {
  int sources[3];
  for (int target = 0; target < 3; target++) {
    sources[target] = above_standard(given[target]);
    if (sources[target] < 0) return -1;
  }
  for (int target = 0; target < 3; target++) {
    if (dup2(sources[target], target) < 0) return -1;
  }
  return 0;
}

static int set_limits(const struct linux_spawn *what) {
  for (size_t i = 0; i < what->limit_count; i++) {
    struct rlimit limit = {.rlim_cur = what->limits[i].soft, .rlim_max = what->limits[i].hard};
    if (setrlimit((__rlimit_resource_t)what->limits[i].resource, &limit) != 0) return -1;
  }
  return 0;
}

// Handlers end with exec, ignored signals do not; and none of ours may run in the child meanwhile. The system
// call itself, since glibc keeps signals 32 and 33 from its callers, and a parent may have ignored them.
static void reset_signals(void) {
  // The kernel's structure, which is zero throughout for SIG_DFL: handler, flags, restorer, mask.
  static const unsigned long standard[4];
  for (int signal = 1; signal < NSIG; signal++) syscall(SYS_rt_sigaction, signal, standard, NULL, 8);
}

// What root could turn against the kernel or against processes outside of its sandbox: modules, raw devices,
// tracing, mounts, booting, the clock, security modules, the kernel's log, performance counters and BPF. An
// exec gives none of it back; who has no rights to drop them has none of them either.
static void drop_dangerous_capabilities(void) {
  static const unsigned char dangerous[] = {
      16 /* SYS_MODULE */,   17 /* SYS_RAWIO */, 19 /* SYS_PTRACE */, 21 /* SYS_ADMIN */, 22 /* SYS_BOOT */,
      25 /* SYS_TIME */,     32 /* MAC_OVERRIDE */, 33 /* MAC_ADMIN */, 34 /* SYSLOG */, 38 /* PERFMON */,
      39 /* BPF */,          40 /* CHECKPOINT_RESTORE */,
  };
  for (size_t i = 0; i < sizeof dangerous; i++) prctl(PR_CAPBSET_DROP, dangerous[i], 0, 0, 0);
}

// Makes the child what was asked for; returns the stage that failed.
static int prepare(const struct linux_spawn *what, pid_t parent) {
  if (what->new_session && setsid() < 0) return LINUX_SPAWN_SESSION;
  if (what->cgroup_procs >= 0 && write(what->cgroup_procs, "0", 1) != 1) return LINUX_SPAWN_CGROUP;
  if (what->death_signal > 0) {
    if (prctl(PR_SET_PDEATHSIG, what->death_signal, 0, 0, 0) != 0) return LINUX_SPAWN_PARENT;
    // The parent may have died before the signal was asked for.
    if (getppid() != parent) {
      errno = ESRCH;
      return LINUX_SPAWN_PARENT;
    }
  }
  reset_signals();
  if (what->file_mask >= 0) umask((mode_t)what->file_mask);
  if (what->directory >= 0 && fchdir(what->directory) != 0) return LINUX_SPAWN_DIRECTORY;
  if (what->directory_path && chdir(what->directory_path) != 0) return LINUX_SPAWN_DIRECTORY;
  if (what->no_new_privileges || what->landlock_ruleset >= 0) {
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return LINUX_SPAWN_PRIVILEGES;
  }
  if (what->landlock_ruleset >= 0) {
    if (syscall(SYS_landlock_restrict_self, what->landlock_ruleset, 0) != 0) return LINUX_SPAWN_LANDLOCK;
    drop_dangerous_capabilities();
  }
  if (place_descriptors(what->descriptors) != 0) return LINUX_SPAWN_DESCRIPTORS;
  if (close_range(3, ~0U, 0) != 0) return LINUX_SPAWN_DESCRIPTORS;
  if (set_limits(what) != 0) return LINUX_SPAWN_LIMITS;
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, NULL);
  execve(what->path, (char *const *)what->arguments, (char *const *)what->environment);
  return LINUX_SPAWN_EXEC;
}

static int child_main(void *argument) {
  struct start *start = argument;
  start->stage = prepare(start->what, start->parent);
  start->error = errno;
  _exit(127);
}

// One for all, since one thread starts all children; never freed.
static struct start *_Atomic current;

int32_t linux_spawn_starting(void) { return current ? current->starting : 0; }
void linux_spawn_noted(void) {
  if (current) current->starting = 0;
}

enum { STACK_SIZE = 64 * 1024 };

static char *map(size_t size, int flags) {
  char *pages = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_ANONYMOUS | flags, -1, 0);
  return pages == MAP_FAILED ? NULL : pages;
}

int linux_spawn_child(const struct linux_spawn *what, int32_t *pid, int *pidfd, int *stage) {
  static char *stack;
  *stage = LINUX_SPAWN_CLONE;
  if (!stack && !(stack = map(STACK_SIZE, MAP_PRIVATE | MAP_STACK))) return -1;
  if (!current && !(current = (struct start *)map(sizeof(struct start), MAP_SHARED))) return -1;
  struct start *start = current;
  start->what = what;
  start->parent = getpid();
  start->stage = LINUX_SPAWN_EXEC;
  start->error = 0;
  int fd = -1;
  // CLONE_VFORK returns when the child has called exec or ended, so `what` outlives its use.
  const int flags = SHARED_MEMORY | CLONE_VFORK | CLONE_PIDFD | CLONE_CHILD_SETTID | SIGCHLD;
  pid_t child = clone(child_main, stack + STACK_SIZE, flags, start, &fd, NULL, (pid_t *)&start->starting);
  if (child < 0) return -1;
  if (start->error != 0) {
    siginfo_t info;
    while (waitid(P_PID, (id_t)child, &info, WEXITED) != 0 && errno == EINTR) {
    }
    close(fd);
    *stage = start->stage;
    errno = start->error;
    return -1;
  }
  *pid = child;
  *pidfd = fd;
  return 0;
}
