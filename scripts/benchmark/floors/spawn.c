// What no engine can beat: COUNT children by posix_spawn, two pipes and a pidfd each, WIDTH at once.
// spawn COUNT WIDTH LAYERS PROGRAM [ARG...]: a layer starts when the one before is over. Prints seconds.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { most = 64 };

struct child { int pidfd, pipes[2]; pid_t pid; };
static struct child children[most];
static int poller;

static void fail(const char *what) { perror(what); exit(1); }

static void watch(int descriptor, unsigned slot) {
  struct epoll_event event = {.events = EPOLLIN};
  event.data.u64 = (unsigned long)slot << 32 | (unsigned)descriptor;
  if (epoll_ctl(poller, EPOLL_CTL_ADD, descriptor, &event) != 0) fail("epoll_ctl");
}

static void start(unsigned slot, char **argv) {
  struct child *child = &children[slot];
  int out[2], err[2];
  if (pipe2(out, O_CLOEXEC) != 0 || pipe2(err, O_CLOEXEC) != 0) fail("pipe2");
  posix_spawn_file_actions_t actions;
  posix_spawnattr_t attributes;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_adddup2(&actions, out[1], 1);
  posix_spawn_file_actions_adddup2(&actions, err[1], 2);
  posix_spawnattr_init(&attributes);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSID);
  extern char **environ;
  int status = posix_spawn(&child->pid, argv[0], &actions, &attributes, argv, environ);
  if (status != 0) { errno = status; fail(argv[0]); }
  posix_spawn_file_actions_destroy(&actions);
  posix_spawnattr_destroy(&attributes);
  close(out[1]);
  close(err[1]);
  child->pipes[0] = out[0];
  child->pipes[1] = err[0];
  child->pidfd = (int)syscall(SYS_pidfd_open, child->pid, 0);
  if (child->pidfd < 0) fail("pidfd_open");
  fcntl(out[0], F_SETFL, O_NONBLOCK);
  fcntl(err[0], F_SETFL, O_NONBLOCK);
  watch(child->pidfd, slot);
  watch(out[0], slot);
  watch(err[0], slot);
}

// Reads what there is; true at the end of the pipe.
static int drain(int descriptor) {
  static char buffer[65536];
  ssize_t count;
  while ((count = read(descriptor, buffer, sizeof buffer)) > 0) {}
  return count == 0;
}

// Handles one event; true when the slot's child is over and its pipes are closed.
static int handle(struct epoll_event *event) {
  struct child *child = &children[event->data.u64 >> 32];
  int descriptor = (int)(event->data.u64 & 0xffffffff);
  if (descriptor == child->pidfd) {
    siginfo_t info;
    if (waitid(P_PID, (id_t)child->pid, &info, WEXITED) != 0) fail("waitid");
    close(child->pidfd);
    child->pidfd = -1;
  } else if (drain(descriptor)) {
    close(descriptor);
    child->pipes[child->pipes[0] == descriptor ? 0 : 1] = -1;
  }
  return child->pidfd < 0 && child->pipes[0] < 0 && child->pipes[1] < 0;
}

static void layer(long count, unsigned width, char **argv) {
  long started = 0, ended = 0;
  while (started < count && started < width) start((unsigned)started++, argv);
  struct epoll_event events[most];
  while (ended < count) {
    int ready = epoll_wait(poller, events, most, -1);
    for (int index = 0; index < ready; index++) {
      if (!handle(&events[index])) continue;
      ended++;
      if (started < count) { start(events[index].data.u64 >> 32, argv); started++; }
    }
  }
}

int main(int argc, char **argv) {
  if (argc < 5) { fprintf(stderr, "usage: spawn COUNT WIDTH LAYERS PROGRAM [ARG...]\n"); return 2; }
  long count = atol(argv[1]), layers = atol(argv[3]);
  unsigned width = (unsigned)atoi(argv[2]);
  if (width < 1 || width > most || layers < 1) {
    fprintf(stderr, "spawn: 1 to %d at once\n", most);
    return 2;
  }
  poller = epoll_create1(EPOLL_CLOEXEC);
  struct timespec begin, end;
  clock_gettime(CLOCK_MONOTONIC, &begin);
  for (long index = 0; index < layers; index++)
    layer(count * (index + 1) / layers - count * index / layers, width, argv + 4);
  clock_gettime(CLOCK_MONOTONIC, &end);
  printf("%.6f\n", (double)(end.tv_sec - begin.tv_sec) + (double)(end.tv_nsec - begin.tv_nsec) / 1e9);
  return 0;
}
