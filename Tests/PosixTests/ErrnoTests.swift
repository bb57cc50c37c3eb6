import Glibc
import Testing

@testable import Posix

@Suite struct ErrnoTests {
  @Test func `a failure names operation, thing and cause`() {
    #expect(
      Errno(ENOSPC, "create", "report.md").description == "create report.md: no space left on device (28)")
    #expect(Errno(EPIPE, "write").description == "write: broken pipe (32)")
  }

  @Test func `a code that the C library does not know is still printed`() {
    #expect(Errno(99_999, "open").description.contains("(99999)"))
  }

  @Test func `a caller who knows more says it in its own words`() {
    let failure = Errno(ENOENT, "open", "/a/b").during("read configuration")
    #expect(failure.description == "read configuration /a/b: no such file or directory (2)")
  }
}
