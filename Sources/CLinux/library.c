#include "CLinuxLibrary.h"

typedef int (*variadic)(void *object, int option, ...);

int linux_call_with_long(void *function, void *object, int option, long value) {
  return ((variadic)function)(object, option, value);
}

int linux_call_with_pointer(void *function, void *object, int option, const void *value) {
  return ((variadic)function)(object, option, value);
}
