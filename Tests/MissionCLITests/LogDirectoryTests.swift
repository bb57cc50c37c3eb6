import Foundation
import TestSupport
import Testing

@testable import MissionCLI

@Suite struct LogDirectoryTests {
  @Test func `a named directory is made, told by its whole path, and kept`() throws {
    let directory = try TemporaryDirectory()
    let logs = try LogDirectory(directory.path + "/./logs")
    #expect(logs.path == directory / "logs")
    let pages = Pages()
    logs.finish(keep: false, pages.console())
    #expect(directory.contains("logs"))
    #expect(pages.errors.isEmpty)
    #expect(try LogDirectory(directory / "logs").path == logs.path)
  }

  @Test func `one that cannot be made is explained`() throws {
    let error = #expect(throws: CommandError.self) { try LogDirectory("/no/such/logs") }
    #expect(error?.status == .usage)
    #expect(error?.message == "make /no/such/logs: No such file or directory")
  }

  @Test func `a private one goes where there is nothing to keep, and is named where it stays`() throws {
    let pages = Pages()
    let (empty, good, bad) = (try LogDirectory(nil), try LogDirectory(nil), try LogDirectory(nil))
    for logs in [empty, good, bad] {
      let attributes = try FileManager.default.attributesOfItem(atPath: logs.path)
      #expect(attributes[.posixPermissions] as? Int == 0o700)
    }
    for logs in [good, bad] { try "x".write(toFile: logs.path + "/log", atomically: true, encoding: .utf8) }
    empty.finish(keep: true, pages.console())
    good.finish(keep: false, pages.console())
    bad.finish(keep: true, pages.console())
    defer { try? FileManager.default.removeItem(atPath: bad.path) }
    #expect(
      [empty, good, bad].map { FileManager.default.fileExists(atPath: $0.path) } == [false, false, true])
    #expect(pages.errors == "logs: \(bad.path)\n")
  }
}
