// What no job table on SQLite can beat: rows of 1 KB, some a commit, WAL and synchronous=FULL, a unique
// text id and one index. commit FILE ROWS_A_COMMIT SECONDS prints rows a second.
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static sqlite3 *database;

static void check(int status, const char *what) {
  if (status == SQLITE_OK || status == SQLITE_DONE || status == SQLITE_ROW) return;
  fprintf(stderr, "commit: %s: %s\n", what, sqlite3_errmsg(database));
  exit(1);
}

static void run(const char *sql) { check(sqlite3_exec(database, sql, 0, 0, 0), sql); }

static double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static void insert(sqlite3_stmt *statement, long number) {
  static char body[1024];
  char id[64];
  memset(body, 'x', sizeof body);
  snprintf(id, sizeof id, "0190a000-0000-7000-8000-%012lx", number);
  sqlite3_bind_text(statement, 1, id, -1, SQLITE_TRANSIENT);
  sqlite3_bind_int64(statement, 2, number);
  sqlite3_bind_text(statement, 3, body, sizeof body, SQLITE_STATIC);
  check(sqlite3_step(statement), "insert");
  sqlite3_reset(statement);
}

int main(int argc, char **argv) {
  if (argc != 4) { fprintf(stderr, "usage: commit FILE ROWS_A_COMMIT SECONDS\n"); return 2; }
  long group = atol(argv[2]);
  check(sqlite3_open(argv[1], &database), "open");
  run("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL");
  run("CREATE TABLE jobs (number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, state TEXT NOT NULL,"
      " created INTEGER NOT NULL, body TEXT NOT NULL)");
  run("CREATE INDEX jobs_state ON jobs (state, created)");
  sqlite3_stmt *begin, *statement, *commit;
  check(sqlite3_prepare_v2(database, "BEGIN IMMEDIATE", -1, &begin, 0), "prepare");
  check(sqlite3_prepare_v2(database, "COMMIT", -1, &commit, 0), "prepare");
  check(sqlite3_prepare_v2(
    database, "INSERT INTO jobs (id, state, created, body) VALUES (?1, 'queued', ?2, ?3)", -1, &statement, 0),
    "prepare");
  long rows = 0;
  double start = now(), end = start + atof(argv[3]);
  while (now() < end) {
    check(sqlite3_step(begin), "begin");
    sqlite3_reset(begin);
    for (long index = 0; index < group; index++) insert(statement, rows++);
    check(sqlite3_step(commit), "commit");
    sqlite3_reset(commit);
  }
  printf("%.1f\n", (double)rows / (now() - start));
  return 0;
}
