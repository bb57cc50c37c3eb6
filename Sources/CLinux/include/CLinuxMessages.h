/// Messages of libraries that report errors as printf(3) does.
#ifndef CLINUX_MESSAGES_H
#define CLINUX_MESSAGES_H

#include <stddef.h>

/// Text that was reported, cut where the buffer is full; always ends in NUL.
struct linux_messages {
  size_t length;
  char text[4096];
};
/// Appends a formatted message: an error function for a library, whose context is `messages`.
/// A null `messages` drops the message.
void linux_collect_message(void *messages, const char *format, ...);
/// The address of `linux_collect_message`, for libraries that are known by their symbols only.
void *linux_message_collector(void);

#endif
