import Glibc

/// What a child process is to be. Nothing of this process gets into it but what is said here.
package struct SubprocessConfiguration: Sendable {
  /// Where a child starts to work.
  package enum Directory: Sendable {
    /// Where this process is.
    case inherited
    case path(String)
    /// An open directory, so that nobody can put another in its place.
    case descriptor(CInt)
  }

  /// What a child reads as its standard input.
  package enum Input: Sendable {
    /// Nothing: `/dev/null`.
    case null
    /// These bytes, then the end.
    case bytes([UInt8])
    /// An open file, which the caller keeps open until the start is over.
    case descriptor(CInt)
  }

  /// Where a child's output goes.
  package enum Output: Sendable {
    /// Nowhere: `/dev/null`.
    case null
    /// A pipe to the sink that the caller gave.
    case sink
    /// An open file, which the caller keeps open until the start is over.
    case descriptor(CInt)
  }

  /// One limit of `setrlimit(2)`.
  package struct Limit: Sendable, Equatable {
    /// A number such as `RLIMIT_NOFILE`.
    package let resource: CInt
    /// Where the child is warned or refused.
    package let value: UInt64
    /// What the child may raise it to; for processor time, where it is killed.
    package let hard: UInt64

    /// Limits a resource; without a hard limit of its own both are one.
    package init(resource: CInt, value: UInt64, hard: UInt64? = nil) {
      self.resource = resource
      self.value = value
      self.hard = hard ?? value
    }
  }

  /// Bounds on a whole attempt, kept by its control group: see `memory.max` and `pids.max` of the kernel's
  /// "Control Group v2".
  package struct GroupLimits: Sendable, Equatable {
    package var memoryBytes: Int?
    package var processes: Int?

    /// No bounds.
    package init(memoryBytes: Int? = nil, processes: Int? = nil) {
      self.memoryBytes = memoryBytes
      self.processes = processes
    }
  }

  /// The program's file; a name is not looked up in PATH.
  package var program: String
  /// All of `argv`, the name first.
  package var arguments: [String]
  /// All of the environment, as `NAME=value`.
  package var environment: [String]
  package var directory: Directory = .inherited
  package var input: Input = .null
  package var output: Output = .sink
  package var errors: Output = .sink
  package var limits: [Limit] = []
  /// Only where the process table has control groups with the controllers for them.
  package var groupLimits = GroupLimits()
  /// A ruleset of `landlock(7)` that the child is confined by; implies `forbidsNewPrivileges`.
  package var landlock: CInt?
  /// Whether set-user-id programs give nothing. See `PR_SET_NO_NEW_PRIVS` of `prctl(2)`.
  package var forbidsNewPrivileges = false
  /// What the child gets when this process dies; nil for one that is to outlive it.
  package var deathSignal: CInt? = SIGKILL
  /// The bits that new files lack; nil keeps this process's.
  package var fileMask: CInt?

  /// Describes a child with pipes for its output and everything else at its default.
  package init(program: String, arguments: [String], environment: [String]) {
    self.program = program
    self.arguments = arguments
    self.environment = environment
  }
}

/// Why a child did not start: what was being set up, and the kernel's reason.
package struct SpawnError: Error, Equatable, Sendable, CustomStringConvertible {
  /// What was being set up; `exec` is the program itself.
  package enum Stage: Int32, Sendable {
    case clone, session, cgroup, parent, directory, descriptors, limits, privileges, landlock, exec
    /// Pipes and input, before there is a child.
    case pipes
  }

  package let stage: Stage
  package let errno: Errno

  /// Describes a failure.
  package init(stage: Stage, errno: Errno) {
    self.stage = stage
    self.errno = errno
  }

  package var description: String { errno.description }
}
