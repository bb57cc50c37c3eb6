#define _GNU_SOURCE
#include "CLinuxLandlock.h"

#include <stddef.h>
#include <sys/syscall.h>
#include <unistd.h>

// The kernel's structures, spelled out: the headers of the host may be older than its kernel.
struct ruleset_attributes {
  uint64_t files;
  uint64_t network;
  uint64_t scopes;
};
struct path_attributes {
  uint64_t allowed;
  int32_t place;
} __attribute__((packed));

enum { QUERY_VERSION = 1, RULE_PATH_BENEATH = 1 };

int linux_landlock_version(void) {
  return (int)syscall(SYS_landlock_create_ruleset, NULL, (size_t)0, QUERY_VERSION);
}

int linux_landlock_ruleset(uint64_t files, uint64_t network, uint64_t scopes) {
  // An older kernel takes the longer structure as long as what it does not know is zero.
  struct ruleset_attributes attributes = {.files = files, .network = network, .scopes = scopes};
  return (int)syscall(SYS_landlock_create_ruleset, &attributes, sizeof attributes, 0);
}

int linux_landlock_allow(int ruleset, uint64_t files, int place) {
  struct path_attributes attributes = {.allowed = files, .place = place};
  return (int)syscall(SYS_landlock_add_rule, ruleset, RULE_PATH_BENEATH, &attributes, 0);
}
