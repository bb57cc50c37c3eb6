/// Calls that Swift cannot make: variadic functions of libraries found by dlsym(3).
#ifndef CLINUX_LIBRARY_H
#define CLINUX_LIBRARY_H

/// Calls `int function(void *object, int option, ...)` with a number. curl_easy_setopt(3) is one.
int linux_call_with_long(void *function, void *object, int option, long value);
/// The same with a pointer, to data or to a function.
int linux_call_with_pointer(void *function, void *object, int option, const void *value);

#endif
