/// What `import Glibc` lacks. No `_GNU_SOURCE` here: it would change the layout of libc structs that
/// Swift's own module map has already imported. Wrappers in the .c files define it.
///
/// Every function that can fail returns -1 and sets `errno`, as its system call does.
#ifndef CLINUX_H
#define CLINUX_H

#include <stddef.h>
#include <stdint.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <sys/timerfd.h>

#include "CLinuxFiles.h"
#include "CLinuxLandlock.h"
#include "CLinuxLibrary.h"
#include "CLinuxMemory.h"
#include "CLinuxMessages.h"
#include "CLinuxProcess.h"
#include "CLinuxThread.h"

#endif
