import Testing

@testable import Sandbox

@Suite struct ForkFailureTests {
  @Test(arguments: [
    "sh: 1: Cannot fork",
    "bash: fork: retry: Resource temporarily unavailable",
    "make: vfork: Resource temporarily unavailable",
    "error: cannot fork() for fetch-pack: Resource temporarily unavailable",
    "xargs: cannot fork: Resource temporarily unavailable",
    "RuntimeError: can't start new thread",
    "Exception: java.lang.OutOfMemoryError: unable to create native thread: possibly out of memory",
    "runtime: failed to create new OS thread (have 5 already; errno=11)",
    "fork/exec /usr/bin/true: resource temporarily unavailable",
    "error: could not execute `rustc` (never executed)\n\nResource temporarily unavailable (os error 11)",
    "Error: spawn sh EAGAIN",
    "bwrap: Creating new namespace failed: Resource temporarily unavailable",
    "-e:1:in `fork': Resource temporarily unavailable - fork(2) (Errno::EAGAIN)",
    "  if os.fork() == 0:\n     ^^^^^^^^^\nBlockingIOError: [Errno 11] Resource temporarily unavailable\n",
  ])
  func `programs say in many ways that they could not make another`(text: String) {
    #expect(ForkFailure.isTold(in: text))
    #expect(ForkFailure.isTold(in: "building\n\(text)\nfailed"))
  }

  @Test(arguments: [
    "", "it is broken", "forked a child\nspawned another",
    "read: Resource temporarily unavailable",
    "BlockingIOError: [Errno 11] Resource temporarily unavailable",
    "fork of the project\na\nb\nsend: Resource temporarily unavailable",
  ])
  func `that a call must be tried again does not say so alone`(text: String) {
    #expect(!ForkFailure.isTold(in: text))
  }
}
