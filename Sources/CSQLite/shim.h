/// SQLite's own header, and what Swift cannot call or spell: variadic functions and SQLITE_TRANSIENT.
#ifndef CSQLITE_SHIM_H
#define CSQLITE_SHIM_H

#include <sqlite3.h>

/// Switches the allocation counters off: they put a process-wide mutex around every malloc.
/// Takes effect before SQLite's first use only; later calls answer SQLITE_MISUSE and change nothing.
static inline int csqlite_stop_counting_memory(void) { return sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0); }

/// Refuses statements that can damage the file on purpose (writable_schema and the like).
static inline int csqlite_be_defensive(sqlite3 *database) {
  return sqlite3_db_config(database, SQLITE_DBCONFIG_DEFENSIVE, 1, (int *)0);
}

/// Binds a copy of UTF-8 text; a null pointer with no bytes is the empty text, not NULL.
static inline int csqlite_bind_text(sqlite3_stmt *statement, int index, const void *bytes,
                                    sqlite3_uint64 count) {
  return sqlite3_bind_text64(statement, index, count ? (const char *)bytes : "", count,
                             SQLITE_TRANSIENT, SQLITE_UTF8);
}

/// Binds a copy of bytes; a null pointer with no bytes is the empty blob, not NULL.
static inline int csqlite_bind_bytes(sqlite3_stmt *statement, int index, const void *bytes,
                                     sqlite3_uint64 count) {
  return count ? sqlite3_bind_blob64(statement, index, bytes, count, SQLITE_TRANSIENT)
               : sqlite3_bind_zeroblob(statement, index, 0);
}

#endif
