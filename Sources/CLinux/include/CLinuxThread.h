/// Threads, memory, and faults for tests.
#ifndef CLINUX_THREAD_H
#define CLINUX_THREAD_H

#include <semaphore.h>
#include <stddef.h>
#include <stdint.h>

/// A word of the calling thread: the event loop that it runs, or null.
void linux_thread_set_owner(const void *owner);
const void *linux_thread_owner(void);
/// pthread_setname_np(3) of the calling thread; cut at 15 bytes.
void linux_thread_set_name(const char *name);
/// sem_clockwait(3) by CLOCK_MONOTONIC, which no change of the date moves: 0, or -1 after `seconds`.
int linux_semaphore_wait(sem_t *semaphore, int64_t seconds);

/// Nonzero while the calling thread has a fault set: the one word that normal calls look at.
int linux_fault_armed(void);
void linux_fault_arm(const char *operation, int64_t nth, int error);
/// Clears the fault; 1 if it fired.
int linux_fault_disarm(void);
/// The error that this call of `operation` is to fail with, or 0.
int linux_fault_take(const char *operation);

#endif
