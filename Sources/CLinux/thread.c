#define _GNU_SOURCE
#include "CLinuxThread.h"

#include <errno.h>
#include <pthread.h>
#include <string.h>
#include <time.h>

static _Thread_local const void *owner;

void linux_thread_set_owner(const void *value) { owner = value; }
const void *linux_thread_owner(void) { return owner; }

void linux_thread_set_name(const char *name) {
  char cut[16];
  strncpy(cut, name, sizeof cut - 1);
  cut[sizeof cut - 1] = 0;
  pthread_setname_np(pthread_self(), cut);
}

int linux_semaphore_wait(sem_t *semaphore, int64_t seconds) {
  struct timespec end;
  clock_gettime(CLOCK_MONOTONIC, &end);
  end.tv_sec += seconds;
  int code;
  while ((code = sem_clockwait(semaphore, CLOCK_MONOTONIC, &end)) != 0 && errno == EINTR) {
  }
  return code;
}

static _Thread_local struct {
  int armed;
  char operation[32];
  int64_t calls_until;
  int error;
  int fired;
} fault;

int linux_fault_armed(void) { return fault.armed; }

void linux_fault_arm(const char *operation, int64_t nth, int error) {
  strncpy(fault.operation, operation, sizeof fault.operation - 1);
  fault.calls_until = nth;
  fault.error = error;
  fault.fired = 0;
  fault.armed = 1;
}

int linux_fault_disarm(void) {
  fault.armed = 0;
  return fault.fired;
}

int linux_fault_take(const char *operation) {
  if (!fault.armed || strcmp(fault.operation, operation) != 0) return 0;
  if (--fault.calls_until != 0) return 0;
  fault.fired = 1;
  return fault.error;
}
