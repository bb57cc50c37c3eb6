#include "CLinuxMessages.h"

#include <stdarg.h>
#include <stdio.h>

void linux_collect_message(void *context, const char *format, ...) {
  struct linux_messages *messages = context;
  if (!messages) return;
  size_t room = sizeof messages->text - messages->length;
  va_list arguments;
  va_start(arguments, format);
  int count = vsnprintf(messages->text + messages->length, room, format, arguments);
  va_end(arguments);
  if (count > 0) messages->length += (size_t)count < room ? (size_t)count : room - 1;
}

void *linux_message_collector(void) { return (void *)linux_collect_message; }
