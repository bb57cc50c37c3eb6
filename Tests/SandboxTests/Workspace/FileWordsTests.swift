import Glibc
import MissionModel
import Posix
import Testing

@testable import Sandbox

@Suite struct FileWordsTests {
  @Test(arguments: [
    (ENOSPC, "write a/b: no space left on device (28); free space in the workspace"),
    (EDQUOT, "write a/b: disk quota exceeded (122); free space in the workspace"),
    (EACCES, "write a/b: permission denied (13)"),
  ])
  func `a failure names operation, thing, cause and way out`(code: CInt, message: String) {
    #expect(FileWords("write", "a").failure(Errno(code, "open"), at: "b").message == message)
  }

  @Test func `a name that is no text is shown all the same`() {
    #expect([CChar]([-1, 97, 0]).nameText == "\u{FFFD}a")
    #expect([CChar](name: "é").nameText == "é")
  }
}
