/// landlock(7): a process gives up rights for itself and for all that it starts.
#ifndef CLINUX_LANDLOCK_H
#define CLINUX_LANDLOCK_H

#include <stdint.h>

/// The version of Landlock that the kernel has, from 1.
int linux_landlock_version(void);
/// landlock_create_ruleset(2), close-on-exec: refuses the given accesses wherever no rule allows them. Words
/// that the kernel does not know must be 0.
int linux_landlock_ruleset(uint64_t files, uint64_t network, uint64_t scopes);
/// landlock_add_rule(2): allows accesses to what lies at and under an open file or directory.
int linux_landlock_allow(int ruleset, uint64_t files, int place);

#endif
