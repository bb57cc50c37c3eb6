import Foundation
import MissionModel
import Sandbox
import TestSupport
import Testing

@Suite struct WorkspaceLiveTests {
  private let outside: TemporaryDirectory
  private let directory: TemporaryDirectory
  private let files: Files

  init() throws {
    outside = try TemporaryDirectory()
    directory = try TemporaryDirectory()
    files = try WorkspaceLive(directory.path).files
  }

  @Test func `a file is written whole, with its parents, and read back`() async throws {
    let writer = try await files.create("a/b/c.txt", WriteOptions())
    try await writer.write(Array("one ".utf8))
    try await writer.write(Array("two".utf8))
    #expect(directory.entries("a/b").allSatisfy { $0.hasPrefix(".missiond-") })
    #expect(try await writer.commit())
    #expect(try directory.read("a/b/c.txt") == "one two")
    #expect(directory.entries("a/b") == ["c.txt"])
    let reader = try await files.open("a/b/c.txt")
    #expect(reader.size == 7)
    #expect(try await reader.read(4, 100) == Array("two".utf8))
    #expect(try await reader.read(7, 100) == [])
  }

  @Test func `a writer that is dropped leaves nothing`() async throws {
    do {
      let writer = try await files.create("x", WriteOptions())
      try await writer.write([1, 2, 3])
    }
    #expect(directory.entries() == [])
  }

  @Test func `replacing keeps the mode, and other names of the old file keep the old content`() async throws {
    try directory.write("old", to: "tool", mode: 0o750)
    try FileManager.default.linkItem(atPath: directory / "tool", toPath: directory / "second")
    #expect(try await !write("new", to: "tool"))
    #expect(try directory.read("tool") == "new")
    #expect(try directory.read("second") == "old")
    #expect(try await files.status("tool")?.mode == 0o750)
  }

  @Test func `a mode is set as it was given`() async throws {
    try await write("x", to: "run", WriteOptions(mode: 0o755))
    #expect(try await files.status("run")?.mode == 0o755)
  }

  @Test func `overwrite false refuses at once, and also when the file came meanwhile`() async throws {
    let options = WriteOptions(overwrite: false)
    let writer = try await files.create("x", options)
    try directory.write("first", to: "x")
    let expected = "write x: it is there already; allow it with overwrite: true"
    #expect(
      await failure { try await writer.commit() }?.message
        == expected)
    #expect(
      await failure { try await files.create("x", options) }?.message
        == expected)
    #expect(try directory.read("x") == "first")
  }

  @Test(arguments: [
    "../x", "a/../../x", "/etc/passwd", "/proc/self/root/etc/passwd", "/proc/self/cwd/../x", "..",
    "/proc/self/environ", "/proc/thread-self/environ", "/dev/shm/x",
  ])
  func `no path leads out`(path: String) async throws {
    try directory.write("", to: "a/x")
    #expect(await failure { try await files.open(path) }?.kind == .denied)
    #expect(await failure { try await files.create(path, WriteOptions()) }?.kind == .denied)
    #expect(await failure { try await files.status(path) }?.kind == .denied)
    #expect(await failure { try await files.remove(path, true) }?.kind == .denied)
    #expect(await failure { try await files.copy("a/x", path, CopyOptions()) }?.kind == .denied)
    #expect(await failure { try await files.move("a/x", path, true) }?.kind == .denied)
    #expect(await failure { try await files.makeDirectory(path) }?.kind == .denied)
    #expect(await failure { try await files.hold(path, .write) }?.kind == .denied)
  }

  @Test func `a refusal says how to allow it`() async throws {
    #expect(
      await failure { try await files.open("/etc/passwd") }?.message
        == "read /etc/passwd: it leads outside the workspace; allow it with paths.read in missiond.yaml")
    #expect(
      await failure { try await files.create("/etc/passwd", WriteOptions()) }?.message
        == "write /etc/passwd: it leads outside the workspace; allow it with paths.write in missiond.yaml")
  }

  @Test func `whether something is there is not told of places outside`() async throws {
    try outside.write("x", to: "there")
    for name in ["there", "missing", "missing/deeper"] {
      #expect(await failure { try await files.status(outside / name) }?.kind == .denied)
      #expect(await failure { try await files.open(outside / name) }?.kind == .denied)
    }
  }

  @Test func `links that lead out are not followed, and removed as links`() async throws {
    try outside.write("secret", to: "s")
    try link("out", to: outside.path)
    try link("file", to: outside / "s")
    #expect(await failure { try await files.open("out/s") }?.kind == .denied)
    #expect(await failure { try await files.open("file") }?.kind == .denied)
    #expect(await failure { try await files.create("out/new", WriteOptions()) }?.kind == .denied)
    #expect(await failure { try await files.create("file", WriteOptions()) }?.kind == .denied)
    #expect(await failure { try await files.list("out", ListOptions()) }?.kind == .denied)
    #expect(await failure { try await files.makeDirectory("out/deep/er") }?.kind == .denied)
    #expect(try await files.status("out")?.kind == .link)
    #expect(try await files.remove("out", true) == 1)
    #expect(try await files.remove("file", false) == 1)
    #expect(outside.entries() == ["s"])
  }

  @Test func `links inside are followed, and the file they lead to is written`() async throws {
    try directory.write("old", to: "real/x")
    try link("alias", to: "real/x")
    try await write("new", to: "alias")
    #expect(try directory.read("real/x") == "new")
    #expect(try await files.status("alias")?.kind == .link)
  }

  @Test func `links that lead nowhere or in circles are refused`() async throws {
    try link("dangling", to: outside / "later")
    try link("round", to: "round")
    #expect(
      await failure { try await files.create("dangling", WriteOptions()) }?.message
        == "write dangling: it is a link that leads nowhere; remove it first")
    #expect(
      await failure { try await files.open("round") }?.message
        == "read round: too many levels of symbolic links (40)")
    #expect(outside.entries() == [])
  }

  @Test func `a link that is swapped in while files are written never lets one out`() async throws {
    try directory.write("", to: "real/x")
    let inside = directory / "real"
    let target = outside.path
    let name = directory / "d"
    let stop = Observed(false)
    symlink(target, name)
    let swapper = Thread {
      while !stop.value {
        for leads in [inside, target] {
          symlink(leads, name + ".next")
          rename(name + ".next", name)
        }
      }
    }
    swapper.start()
    defer { stop.update { $0 = true } }
    var refused = 0
    for number in 0..<400 {
      do { try await write("x", to: "d/\(number)") } catch { refused += 1 }
      do { _ = try await files.remove("d/\(number)", false) } catch { refused += 1 }
    }
    #expect(outside.entries() == [])
    #expect(refused > 0)
  }

  @Test func `other roots are open as far as the configuration says`() async throws {
    try outside.write("x", to: "r/x")
    try outside.write("x", to: "w/x")
    let files = try WorkspaceLive(
      directory.path, readable: [outside / "r"], writable: [outside / "w"], forbidden: [outside / "w/state"]
    ).files
    _ = try await files.open(outside / "r/x")
    #expect(await failure { try await files.create(outside / "r/x", WriteOptions()) }?.kind == .denied)
    #expect(try await files.remove(outside / "w/x", false) == 1)
    #expect(await failure { try await files.remove(outside / "w", true) }?.kind == .denied)
    #expect(
      await failure {
        try outside.write("", to: "w/state/db")
        _ = try await files.create(outside / "w/state/x", WriteOptions())
      }?.message
        == "write \(outside / "w/state/x"): it leads to a place that file steps may not touch")
  }

  @Test func `pipes and folders are no files, and nobody waits for them`() async throws {
    #expect(mkfifo(directory / "pipe", 0o600) == 0)
    #expect(
      await failure { try await files.open("pipe") }?.message
        == "read pipe: it is no regular file")
    #expect(
      await failure { try await files.create("pipe", WriteOptions()) }?.message
        == "write pipe: it is no regular file")
    #expect(
      await failure { try await files.open(".") }?.message
        == "read .: is a directory (21)")
    #expect(
      await failure { try await files.create("pipe/x", WriteOptions()) }?.message
        == "write pipe/x: not a directory (20)")
  }

  @Test func `a path that cannot be one is refused in words`() async throws {
    #expect(
      await failure { try await files.open("") }?.message
        == "read : the path is empty")
    #expect(
      await failure { try await files.open("a\0b") }?.message
        == "read a\0b: the path holds a NUL byte")
    let long = String(repeating: "x", count: 256)
    #expect(
      await failure { try await files.open(long) }?.message
        == "read \(long): file name too long (36); a name has at most 255 bytes and a path 4,095")
    #expect(
      await failure { try await files.open("data.json") }?.message
        == "read data.json: no such file or directory (2)")
  }

  @Test func `the limit of the workspace is kept, and what was freed counts again`() async throws {
    let files = try WorkspaceLive(directory.path, maxBytes: 1 << 20).files
    let half = [UInt8](repeating: 1, count: 600 << 10)
    let first = try await files.create("first", WriteOptions())
    try await first.write(half)
    _ = try await first.commit()
    do {
      let second = try await files.create("second", WriteOptions())
      let failed = await failure { try await second.write(half) }
      #expect(failed?.message.hasPrefix("write second: the workspace would hold ") == true)
    }
    #expect(try await files.remove("first", false) == 1)
    let third = try await files.create("third", WriteOptions())
    try await third.write(half)
    #expect(try await third.commit())
  }

  @Test func `a held path opens what was judged, also after a swap`() async throws {
    try directory.write("right", to: "x")
    let held = try await files.hold("x", .read)
    try FileManager.default.removeItem(atPath: directory / "x")
    try link("x", to: "/etc/passwd")
    #expect(try String(contentsOfFile: held.descriptorPath, encoding: .utf8) == "right")
    #expect(held.realPath == directory / "x")
    held.release()
    let new = try await files.hold("deep/new", .write)
    try "made".write(toFile: new.descriptorPath, atomically: false, encoding: .utf8)
    #expect(try directory.read("deep/new") == "made")
    new.release()
  }

  @Test func `two that write one file never mix`() async throws {
    let big = 300_000
    let files = files
    try await withThrowingTaskGroup(of: Void.self) { group in
      for letter in "abcdef".utf8 {
        group.addTask {
          let writer = try await files.create("shared", WriteOptions())
          for _ in 0..<3 { try await writer.write([UInt8](repeating: letter, count: big / 3)) }
          _ = try await writer.commit()
        }
      }
      try await group.waitForAll()
    }
    let text = try directory.read("shared")
    #expect(text.utf8.count == big)
    #expect(Set(text.utf8).count == 1)
    #expect(directory.entries() == ["shared"])
  }

  @discardableResult
  private func write(
    _ text: String, to path: String, _ options: WriteOptions = WriteOptions()
  ) async throws -> Bool {
    let writer = try await files.create(path, options)
    try await writer.write(Array(text.utf8))
    return try await writer.commit()
  }

  private func link(_ name: String, to target: String) throws {
    try FileManager.default.createSymbolicLink(atPath: directory / name, withDestinationPath: target)
  }
}
