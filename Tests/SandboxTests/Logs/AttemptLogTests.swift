import Glibc
import MissionModel
import Posix
import Sandbox
import TestSupport
import Testing

@Suite struct AttemptLogTests {
  private let directory: TemporaryDirectory
  private let name: AttemptLogName

  init() throws {
    directory = try TemporaryDirectory()
    name = AttemptLogName(
      root: directory.path, job: JobID("01890000-0000-7000-8000-000000000001")!, stepID: "build", attempt: 2)
  }

  @Test func `nothing is made before the first byte`() throws {
    let log = AttemptLog(name, maxBytes: 100)
    log.append([], to: .stdout)
    #expect(access(name.directory, F_OK) != 0)
    #expect(try AttemptLogReader(name).read(nil, from: 0, count: 10) == [])
  }

  @Test func `both streams are read together and apart`() throws {
    let log = AttemptLog(name, maxBytes: 100)
    log.append(Array("one ".utf8), to: .stdout)
    log.append(Array("oops ".utf8), to: .stderr)
    log.append(Array("two".utf8), to: .stdout)
    let reader = AttemptLogReader(name)
    #expect(try reader.read(nil, from: 0, count: 100) == Array("one oops two".utf8))
    #expect(try reader.read(.stderr, from: 1, count: 100) == Array("ops ".utf8))
    #expect(try reader.read(.stdout, from: 2, count: 4) == Array("e tw".utf8))
    #expect(try reader.map().size(of: .stdout) == 7)
  }

  @Test(arguments: [(9, false), (10, false), (11, true)])
  func `the limit cuts the log and says so`(count: Int, isCut: Bool) throws {
    let log = AttemptLog(name, maxBytes: 10)
    log.append([UInt8](repeating: 65, count: count), to: .stdout)
    log.append([], to: .stdout)
    let text = String(decoding: try AttemptLogReader(name).read(nil, from: 0, count: 1000), as: UTF8.self)
    let marker =
      "\n[missiond: the log ends here: limits.max_log_bytes (10) reached; the step went on without a log]\n"
    #expect(text == String(repeating: "A", count: min(count, 10)) + (isCut ? marker : ""))
    #expect(log.failure == nil)
  }

  @Test func `a log that cannot be made says why and goes on`() {
    let lost = AttemptLogName(
      root: directory.path + "/missing", job: JobID("01890000-0000-7000-8000-000000000001")!, stepID: "a",
      attempt: 1)
    let log = AttemptLog(lost, maxBytes: 10)
    log.append([65], to: .stdout)
    log.append([65], to: .stdout)
    #expect(log.failure?.code == ENOENT)
  }
}
