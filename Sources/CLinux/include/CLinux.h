/// What `import Glibc` lacks. No `_GNU_SOURCE` here: it would change the layout of libc structs that
/// Swift's own module map has already imported. Wrappers in the .c files define it.
#ifndef CLINUX_H
#define CLINUX_H

#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <sys/timerfd.h>

#endif
