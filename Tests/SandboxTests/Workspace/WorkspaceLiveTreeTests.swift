import Foundation
import MissionModel
import Sandbox
import TestSupport
import Testing

/// Listing, removing, copying and moving of whole trees.
@Suite struct WorkspaceLiveTreeTests {
  private let directory: TemporaryDirectory
  private let files: Files

  init() throws {
    directory = try TemporaryDirectory()
    files = try WorkspaceLive(directory.path).files
  }

  @Test func `a listing is sorted, and hidden names come only when asked for`() async throws {
    for name in ["b", "a/z", "a/y", ".hidden/x", "C"] { try directory.write("", to: name) }
    #expect(try await files.list(".", ListOptions()).map(\.path) == ["C", "a", "b"])
    #expect(
      try await files.list(".", ListOptions(recursive: true)).map(\.path) == ["C", "a", "a/y", "a/z", "b"])
    #expect(
      try await files.list(".", ListOptions(recursive: true, includeHidden: true)).map(\.path)
        == [".hidden", ".hidden/x", "C", "a", "a/y", "a/z", "b"])
    #expect(
      try await files.list(".", ListOptions(recursive: true, maxDepth: 1)).map(\.path) == ["C", "a", "b"])
  }

  @Test func `a listing goes through no link`() async throws {
    try directory.write("", to: "real/x")
    try FileManager.default.createSymbolicLink(
      atPath: directory / "loop", withDestinationPath: directory.path)
    let entries = try await files.list(".", ListOptions(recursive: true))
    #expect(entries.map(\.path) == ["loop", "real", "real/x"])
    #expect(entries.map(\.status.kind) == [.link, .directory, .file])
  }

  @Test func `what is done to a whole tree never reaches a place in it that stays closed`() async throws {
    try directory.write("key", to: "work/tree/secret/key")
    try directory.write("x", to: "work/tree/open")
    try directory.write("y", to: "work/mine/secret/key")
    let closed = directory / "work/tree/secret"
    let files = try WorkspaceLive(directory / "work", forbidden: [closed]).files
    let listed = try await files.list(".", ListOptions(recursive: true)).map(\.path)
    #expect(listed == ["mine", "mine/secret", "mine/secret/key", "tree", "tree/open"])
    let reason = "it holds \(closed), which file steps may not touch; name what is beside it"
    func refusal(_ body: () async throws -> Void) async -> StepFailure? {
      await #expect(throws: StepFailure.self) { try await body() }
    }
    let all = CopyOptions(overwrite: true, recursive: true)
    let out = await refusal { _ = try await files.copy("tree", "copy", all) }
    #expect(out == StepFailure(.denied, "copy tree: \(reason)"))
    let into = await refusal { _ = try await files.copy("mine", "tree", all) }
    #expect(into == StepFailure(.denied, "copy mine to tree: \(reason)"))
    let away = await refusal { _ = try await files.move("tree", "moved", false) }
    #expect(away == StepFailure(.denied, "move tree: \(reason)"))
    let removed = await refusal { _ = try await files.remove("tree", true) }
    #expect(removed == StepFailure(.denied, "remove tree: \(reason)"))
    let archives = try WorkspaceLive(directory / "work", forbidden: [closed]).archives()
    let packed = await refusal {
      _ = try await archives.pack(PackRequest(["tree"], into: "all.tar", as: .tar))
    }
    #expect(packed == StepFailure(.denied, "compress tree: \(reason)"))
    _ = try await archives.pack(PackRequest(["mine"], into: "mine.tar", as: .tar))
    let unpacked = await refusal {
      _ = try await archives.unpack(UnpackRequest("mine.tar", into: "tree"))
    }
    #expect(unpacked?.message.hasSuffix("to tree: \(reason)") == true)
    #expect(try await files.remove("tree/open", false) == 1)
    #expect(try await files.remove("mine", true) == 3)
    #expect(try directory.read("work/tree/secret/key") == "key")
  }

  @Test func `ten thousand entries are listed, copied and removed`() async throws {
    for folder in 0..<10 {
      try directory.write("", to: "big/\(folder)/0")
      for number in 1..<1000 { close(open(directory / "big/\(folder)/\(number)", O_CREAT | O_WRONLY, 0o600)) }
    }
    #expect(try await files.list("big", ListOptions(recursive: true)).count == 10_010)
    #expect(try await files.copy("big", "copy", CopyOptions(recursive: true)).files == 10_000)
    #expect(try await files.remove("big", true) == 10_011)
    #expect(directory.entries() == ["copy"])
  }

  @Test func `a tree deeper than any path is copied and removed`() async throws {
    let depth = 2100
    let start = open(directory.path, O_RDONLY | O_DIRECTORY)
    var at = start
    for _ in 0..<depth {
      #expect(mkdirat(at, "d", 0o700) == 0)
      let next = openat(at, "d", O_RDONLY | O_DIRECTORY)
      close(at)
      at = next
    }
    close(openat(at, "leaf", O_CREAT | O_WRONLY, 0o600))
    close(at)
    #expect(try await files.list("d", ListOptions(recursive: true)).count == depth)
    #expect(try await files.copy("d", "e", CopyOptions(recursive: true)).files == 1)
    #expect(try await files.remove("d", true) == depth + 1)
    #expect(try await files.remove("e", true) == depth + 1)
  }

  @Test func `names with line breaks and bytes that are no text are copied and removed`() async throws {
    try directory.write("x", to: "d/two\nlines")
    let odd: [CChar] = Array((directory.path + "/d/").utf8).map(CChar.init(bitPattern:)) + [-1, -2, 0]
    close(open(odd, O_CREAT | O_WRONLY, 0o600))
    let entries = try await files.list("d", ListOptions())
    #expect(entries.map(\.name) == ["two\nlines", "\u{FFFD}\u{FFFD}"])
    #expect(try await files.copy("d", "e", CopyOptions(recursive: true)).files == 2)
    #expect(try await files.remove("d", true) == 3)
    #expect(try await files.remove("e", true) == 3)
  }

  @Test func `removing says what it needs and how much went`() async throws {
    try directory.write("", to: "d/x")
    #expect(try await files.remove("missing", false) == 0)
    #expect(
      await failure { try await files.remove("d", false) }?.message
        == "remove d: it is a folder; remove it with recursive: true")
    #expect(
      await failure { try await files.remove(".", true) }?.message
        == "remove .: it is the workspace itself or a configured root")
    #expect(await failure { try await files.remove("d/..", true) }?.kind == .denied)
    #expect(try await files.remove("d", true) == 2)
  }

  @Test func `removing goes through no link`() async throws {
    let outside = try TemporaryDirectory()
    try outside.write("keep", to: "x")
    try directory.write("", to: "d/y")
    try FileManager.default.createSymbolicLink(
      atPath: directory / "d/out", withDestinationPath: outside.path)
    #expect(try await files.remove("d", true) == 3)
    #expect(outside.entries() == ["x"])
  }

  @Test func `a copied file has the mode and the digest of its source`() async throws {
    try directory.write("hello", to: "a", mode: 0o754)
    let result = try await files.copy("a", "deep/b", CopyOptions())
    #expect(
      result
        == CopyResult(
          bytes: 5, files: 1, sha256: "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824"))
    #expect(try directory.read("deep/b") == "hello")
    #expect(try await files.status("deep/b")?.mode == 0o754)
  }

  @Test func `a copy without a check is made in the kernel, and has no digest`() async throws {
    let text = String(repeating: "0123456789", count: 1_000_000)
    try directory.write(text, to: "a")
    #expect(
      try await files.copy("a", "b", CopyOptions(verify: false)) == CopyResult(bytes: 10_000_000, files: 1))
    #expect(try directory.read("b") == text)
  }

  @Test func `a copied tree keeps modes and links`() async throws {
    try directory.write("x", to: "t/run", mode: 0o755)
    try directory.write("y", to: "t/closed/y", mode: 0o600)
    try FileManager.default.createSymbolicLink(
      atPath: directory / "t/link", withDestinationPath: "../nowhere")
    chmod(directory / "t/closed", 0o500)
    defer { chmod(directory / "t/closed", 0o700) }
    #expect(
      try await files.copy("t", "u", CopyOptions(recursive: true)) == CopyResult(bytes: 2, files: 2))
    #expect(try await files.status("u/run")?.mode == 0o755)
    #expect(try await files.status("u/closed")?.mode == 0o500)
    #expect(
      try FileManager.default.destinationOfSymbolicLink(atPath: directory / "u/link") == "../nowhere")
    chmod(directory / "u/closed", 0o700)
  }

  @Test func `what cannot be copied is said`() async throws {
    try directory.write("x", to: "t/x")
    try directory.write("y", to: "y")
    #expect(mkfifo(directory / "p", 0o600) == 0)
    try directory.write("", to: "q/z")
    #expect(mkfifo(directory / "q/p", 0o600) == 0)
    let cases: [(String, String, CopyOptions, String)] = [
      ("t", "u", CopyOptions(), "copy t: it is a folder; copy it with recursive: true"),
      ("t", "t/sub", CopyOptions(recursive: true), "copy t to t/sub: a folder cannot be copied into itself"),
      ("y", "y", CopyOptions(), "copy y to y: both are the same file"),
      ("y", "t", CopyOptions(), "copy y to t: is a directory (21)"),
      (
        "y", "t/x", CopyOptions(overwrite: false),
        "copy y to t/x: it is there already; allow it with overwrite: true"
      ),
      ("p", "r", CopyOptions(), "copy p: it is no regular file"),
      (
        "q", "r", CopyOptions(recursive: true), "copy q to r: p is neither a file, a folder nor a link"
      ),
      ("none", "r", CopyOptions(), "copy none: no such file or directory (2)"),
    ]
    for (source, destination, options, message) in cases {
      #expect(await failure { try await files.copy(source, destination, options) }?.message == message)
    }
  }

  @Test func `moving takes files, folders and links, and says how much`() async throws {
    try directory.write("hello", to: "a/x")
    try directory.write("you", to: "a/y")
    #expect(try await files.move("a", "b/c", true) == CopyResult(bytes: 8, files: 2))
    #expect(directory.entries("b/c") == ["x", "y"])
    try FileManager.default.createSymbolicLink(atPath: directory / "l", withDestinationPath: "/etc")
    _ = try await files.move("l", "m", true)
    #expect(try await files.status("m")?.kind == .link)
    #expect(directory.entries() == ["b", "m"])
  }

  @Test func `moving refuses what would lose something`() async throws {
    try directory.write("x", to: "x")
    try directory.write("y", to: "y")
    try directory.write("", to: "d/z")
    #expect(
      await failure { try await files.move("x", "y", false) }?.message
        == "move x to y: it is there already; allow it with overwrite: true")
    #expect(
      await failure { try await files.move("d", "d/in", true) }?.message
        == "move d to d/in: a folder cannot be moved into itself")
    #expect(
      await failure { try await files.move("x", "d", true) }?.message == "move x to d: is a directory (21)")
    #expect(
      await failure { try await files.move("none", "x", true) }?.message
        == "move none: no such file or directory (2)")
    #expect(
      await failure { try await files.move(".", "x", true) }?.message
        == "move .: it is the workspace itself or a configured root")
  }

  @Test func `moving to another file system copies, checks and removes`() async throws {
    let other = try TemporaryDirectory(in: "/dev/shm")
    let files = try WorkspaceLive(directory.path, writable: [other.path]).files
    try directory.write("hello", to: "t/x", mode: 0o751)
    try FileManager.default.createSymbolicLink(atPath: directory / "t/l", withDestinationPath: "x")
    try directory.write("one", to: "f")
    #expect(try await files.move("t", other / "u/v", true) == CopyResult(bytes: 5, files: 1))
    #expect(other.entries("u/v") == ["l", "x"])
    #expect(try await files.status(other / "u/v/x")?.mode == 0o751)
    _ = try await files.move("f", other / "f", true)
    #expect(try other.read("f") == "one")
    #expect(directory.entries() == [])
    #expect(other.entries("u") == ["v"])
  }

  @Test func `a cancelled step stops between two pieces`() async throws {
    let files = files
    let task = Task {
      withUnsafeCurrentTask { $0?.cancel() }
      return await failure { try await files.list(".", ListOptions()) }
    }
    #expect(await task.value == .cancelled)
  }
}
