import Glibc
import Posix
import TestSupport
import Testing

@testable import HTTP

@Suite struct BodySpoolTests {
  @Test func `pieces follow each other in a file without a name`() throws {
    let directory = try TemporaryDirectory()
    let file = try BodySpool.append([1, 2, 3], to: nil, at: 0, in: directory.path)
    #expect(directory.entries().isEmpty)
    _ = try BodySpool.append([4, 5], to: file, at: 3, in: directory.path)
    lseek(file.descriptor.rawValue, 0, SEEK_SET)
    #expect(try file.descriptor.readAll(limit: 100) == [1, 2, 3, 4, 5])
  }

  @Test(arguments: ["open", "write"])
  func `a failure is reported and leaves nothing behind`(operation: String) throws {
    let directory = try TemporaryDirectory()
    let name: StaticString = operation == "open" ? "open" : "write"
    let (error, fired) = withFault(name, nth: 1, code: ENOSPC) { () -> Errno? in
      do throws(Errno) {
        _ = try BodySpool.append([1], to: nil, at: 0, in: directory.path)
        return nil
      } catch { return error }
    }
    #expect(fired)
    #expect(error?.code == ENOSPC)
    #expect(directory.entries().isEmpty)
  }
}
