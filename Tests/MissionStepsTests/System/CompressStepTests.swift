import Drivers
import Formats
import Foundation
import MissionModel
import MissionSteps
import Sandbox
import TestSupport
import Testing

@Suite struct CompressStepTests {
  private let runner: StepRunner
  private var directory: TemporaryDirectory { runner.directory }

  init() throws {
    runner = try StepRunner()
    try directory.write("hello\n", to: "d/a.txt", mode: 0o640)
    try directory.write("#!/bin/sh\n", to: "d/bin/run", mode: 0o755)
    try directory.write("object", to: "d/bin/x.o")
    try directory.write(String(repeating: "line of text\n", count: 2000), to: "d/größe 1.txt")
    symlink("../a.txt", directory / "d/bin/link")
    mkdir(directory / "d/empty", 0o750)
  }

  private func run(_ parameters: String) async throws -> JSON {
    try await runner.run(CompressStep.self, parameters)
  }

  /// Runs a program of the host in the workspace and returns what it wrote.
  @discardableResult
  private func host(_ program: String, _ arguments: String...) async throws -> String {
    let record = try await TestProcess.run(program, arguments, directory: directory.path)
    guard record.ending == .exited(0) else {
      throw TestSupportError("\(program) \(arguments): \(record.output)\(record.error)")
    }
    return record.output
  }

  private func mode(_ path: String) -> UInt32 {
    var status = stat()
    lstat(directory / path, &status)
    return status.st_mode & 0o7777
  }

  /// That a folder is what the fixture made, links and modes included.
  private func expectWhole(_ folder: String, keepsModes: Bool = true) async throws {
    try await host("diff", "-r", "--no-dereference", "d", folder)
    if keepsModes {
      #expect(mode(folder + "/a.txt") == 0o640)
      #expect(mode(folder + "/bin/run") == 0o755)
      #expect(mode(folder + "/empty") == 0o750)
    }
  }

  @Test(arguments: ["tar", "tar.gz", "tar.bz2", "tar.xz", "tar.zst"])
  func `tar unpacks what was packed, and what tar packed is unpacked`(format: String) async throws {
    let output = try await run("{ source: d, destination: out.\(format) }")
    #expect(output["format"] == .string(format))
    #expect(output["compressed"] == true)
    #expect(output["files"] == 5)
    #expect(output["input_bytes"] == 26_022)
    try await host("mkdir", "t")
    try await host("tar", "-xf", "out.\(format)", "-C", "t")
    try await expectWhole("t/d")
    try await host("tar", "-caf", "in.\(format)", "d")
    let back = try await run("{ source: in.\(format), destination: u, operation: extract }")
    #expect(back["format"] == .string(format))
    #expect(back["compressed"] == false)
    #expect(back["files"] == 5)
    #expect(back["output_bytes"] == 26_022)
    try await expectWhole("u/d")
    #expect(directory.entries("u") == ["d"])
  }

  @Test func `unzip unpacks what was packed, and what zip packed is unpacked`() async throws {
    let output = try await run("{ source: d, destination: out.zip }")
    #expect(output["format"] == "zip")
    try await host("unzip", "-q", "out.zip", "-d", "t")
    try await expectWhole("t/d")
    try await host("zip", "-qry", "in.zip", "d")
    _ = try await run("{ source: in.zip, destination: u, operation: extract }")
    try await expectWhole("u/d")
  }

  @Test func `7z unpacks what was packed, and what 7z packed is unpacked`() async throws {
    // 7z itself takes no link that begins with "..".
    try await host("ln", "-sfn", "run", "d/bin/link")
    let output = try await run("{ source: d, destination: out.7z, level: 1 }")
    #expect(output["format"] == "7z")
    try await host("7z", "x", "-ot", "out.7z")
    try await expectWhole("t/d", keepsModes: false)
    try await host("7z", "a", "-snl", "in.7z", "d")
    _ = try await run("{ source: in.7z, destination: u, operation: extract }")
    try await expectWhole("u/d", keepsModes: false)
  }

  @Test func `gz holds one file, and into a folder it comes by its name`() async throws {
    let output = try await run("{ source: d/a.txt, destination: a.txt.gz }")
    #expect(output["format"] == "gz")
    #expect(output["files"] == 1)
    #expect(try await host("gzip", "-dc", "a.txt.gz") == "hello\n")
    let back = try await run("{ source: a.txt.gz, destination: n/, operation: extract }")
    #expect(back["destination"] == "n/a.txt")
    #expect(try directory.read("n/a.txt") == "hello\n")
    let plain = try await run("{ source: a.txt.gz, destination: b, operation: extract }")
    #expect(plain["output_bytes"] == 6)
    #expect(try directory.read("b") == "hello\n")
    let folder = await failure { try await run("{ source: d, destination: d.gz }") }
    #expect(folder?.message == "compress d: gz holds one file; use tar.gz for folders")
    #expect(!directory.contains("d.gz"))
  }

  @Test func `a name that says nothing is a tar.gz, and an archive without an end is looked at`() async throws
  {
    #expect(try await run("{ source: d, destination: backup }")["format"] == "tar.gz")
    try await host("tar", "-tzf", "backup")
    try await host("mv", "backup", "unknown")
    #expect(
      try await run("{ source: unknown, destination: u, operation: extract }")["format"] == "tar.gz")
    try await host("zip", "-qry", "z.zip", "d")
    try await host("mv", "z.zip", "z")
    #expect(try await run("{ source: z, destination: v, operation: extract }")["format"] == "zip")
    #expect(
      try await run("{ source: d, destination: named.zip, format: tar.xz }")["format"] == "tar.xz")
    try await host("tar", "-tJf", "named.zip")
  }

  @Test func `sources are a list, and names are kept as they were written`() async throws {
    let output = try await run("{ source: [d/a.txt, ./d/bin], destination: o/x.tar }")
    #expect(output["source"] == ["d/a.txt", "./d/bin"])
    #expect(
      try await host("tar", "-tf", "o/x.tar").split(separator: "\n").sorted()
        == ["d/a.txt", "d/bin/", "d/bin/link", "d/bin/run", "d/bin/x.o"])
    _ = try await run("{ source: ., destination: whole.tar }")
    let names = try await host("tar", "-tf", "whole.tar").split(separator: "\n")
    #expect(names.contains("d/a.txt"))
    // The archive does not hold itself.
    #expect(!names.contains { $0.contains("whole") || $0.contains(".missiond") })
  }

  @Test func `what is excluded stays out, both ways`() async throws {
    let output = try await run("{ source: d, destination: x.tar, exclude: [\"*.o\", d/empty] }")
    #expect(output["files"] == 4)
    let names = try await host("tar", "-tf", "x.tar")
    #expect(!names.contains("x.o") && !names.contains("empty"))
    try await host("tar", "-cf", "all.tar", "d")
    _ = try await run("{ source: all.tar, destination: u, operation: extract, exclude: bin }")
    #expect(directory.entries("u/d") == ["a.txt", "empty", "größe 1.txt"])
  }

  @Test func `levels make a difference`() async throws {
    try await host("sh", "-c", "seq 1 200000 > numbers")
    for (end, low, high) in [("tar.gz", 1, 9), ("tar.zst", 1, 19), ("zip", 0, 9)] {
      let fast = try await run("{ source: numbers, destination: a.\(end), level: \(low) }")
      let small = try await run("{ source: numbers, destination: b.\(end), level: \(high) }")
      let sizes = (fast["output_bytes"]?.integerValue ?? 0, small["output_bytes"]?.integerValue ?? 0)
      #expect(sizes.1 < sizes.0, "\(end)")
      let bytes = try FileManager.default.attributesOfItem(atPath: directory / "a.\(end)")[.size] as? Int64
      #expect(bytes == sizes.0)
      let read = fast["input_bytes"]?.integerValue ?? 0
      #expect(fast["ratio"] == .double(Double(sizes.0) / Double(read)))
    }
  }

  @Test func `holes and second names are kept`() async throws {
    try await host("sh", "-c", "truncate -s 300M s; echo end >> s; truncate -s 50M hole; ln d/a.txt d/b.txt")
    let output = try await run("{ source: [s, hole, d], destination: x.tar.gz }")
    #expect((output["input_bytes"]?.integerValue ?? .max) < 1 << 20)
    try await host("mkdir", "t")
    try await host("tar", "-xf", "x.tar.gz", "-C", "t")
    for folder in ["t", "u"] {
      if folder == "u" { _ = try await run("{ source: x.tar.gz, destination: u, operation: extract }") }
      #expect(try await host("stat", "-c", "%s", "\(folder)/s", "\(folder)/hole") == "314572804\n52428800\n")
      #expect(try await host("du", "-k", "\(folder)/s").split(separator: "\t")[0].utf8.count <= 3)
      #expect(try await host("tail", "-c", "4", "\(folder)/s") == "end\n")
      #expect(try await host("stat", "-c", "%h", "\(folder)/d/b.txt") == "2\n")
    }
  }

  @Test func `times are kept`() async throws {
    try await host("touch", "-d", "2001-02-03T04:05:06Z", "d/a.txt", "d/empty")
    _ = try await run("{ source: d, destination: x.tar }")
    _ = try await run("{ source: x.tar, destination: u, operation: extract }")
    #expect(try await host("stat", "-c", "%Y", "u/d/a.txt", "u/d/empty") == "981173106\n981173106\n")
  }

  @Test func `into a folder that is there files are replaced and the rest stays`() async throws {
    try directory.write("old", to: "u/d/a.txt")
    try directory.write("mine", to: "u/d/other")
    _ = try await run("{ source: d, destination: x.tar }")
    _ = try await run("{ source: x.tar, destination: u, operation: extract }")
    #expect(try directory.read("u/d/a.txt") == "hello\n")
    #expect(try directory.read("u/d/other") == "mine")
    #expect(mode("u/d/a.txt") == 0o640)
    #expect(directory.entries("u") == ["d"])
  }

  @Test func `where a folder and a file would collide nothing is changed`() async throws {
    _ = try await run("{ source: d, destination: x.tar }")
    try directory.write("a file", to: "u/d/bin")
    try directory.write("old", to: "u/d/a.txt")
    let failed = await failure { try await run("{ source: x.tar, destination: u, operation: extract }") }
    #expect(failed?.message == "extract x.tar to u: d/bin is there already and is no folder")
    #expect(try directory.read("u/d/a.txt") == "old")
    #expect(directory.entries("u") == ["d"])
  }

  /// Entries that python's tarfile writes, as lines of `name|kind|target or content`.
  private func hostile(_ entries: [String], to file: String = "evil.tar") async throws {
    let script = """
      import io, sys, tarfile
      kinds = {'link': tarfile.SYMTYPE, 'hard': tarfile.LNKTYPE, 'fifo': tarfile.FIFOTYPE,
               'char': tarfile.CHRTYPE, 'dir': tarfile.DIRTYPE, 'file': tarfile.REGTYPE}
      with tarfile.open(sys.argv[1], 'w') as tar:
        for line in sys.argv[2:]:
          name, kind, rest = line.split('|')
          entry = tarfile.TarInfo(name)
          entry.type, entry.mode = kinds[kind], 0o755
          if kind in ('link', 'hard'): entry.linkname = rest
          data = rest.encode() if kind == 'file' else b''
          entry.size = len(data)
          tar.addfile(entry, io.BytesIO(data))
      """
    let record = try await TestProcess.run(
      "python3", ["-c", script, file] + entries, directory: directory.path)
    guard record.ending == .exited(0) else { throw TestSupportError(record.error) }
  }

  @Test(arguments: [
    (["/etc/evil|file|x"], "/etc/evil: the name is an absolute path"),
    (["a|file|x", "../evil|file|x"], "../evil: the name leads out of the destination by \"..\""),
    (
      ["l|link|/etc", "l/evil|file|x"],
      "l: the link to \"/etc\" leads out of the destination: it is an absolute path"
    ),
    (["l|link|..", "l/evil|file|x"], "l: the link to \"..\" leads out of the destination"),
    (
      ["a/l|link|..", "a/m|link|l/../.."],
      "a/m: the link to \"l/../..\" may lead out of the destination: it has \"..\" after a name"
    ),
    (["d|dir|", "l|link|d", "l/x|file|x"], "l/x: a link or a file stands where its folder should be"),
    (["h|hard|../../etc/passwd"], "h: the name leads out of the destination by \"..\""),
    (["h|hard|/etc/passwd"], "h: the name is an absolute path"),
    (["d/l|link|../x", "l|hard|d/l"], "l: it is another name of what is no file"),
    (["h|hard|missing"], "h: no such file or directory (2)"),
    (["p|fifo|"], "p: it is a device, a pipe or a socket; leave it out with exclude"),
    (["null|char|"], "null: it is a device, a pipe or a socket; leave it out with exclude"),
  ])
  func `an archive that would lead out is refused, and leaves nothing`(
    entries: [String], message: String
  ) async throws {
    try await hostile(entries)
    let failed = await failure { try await run("{ source: evil.tar, destination: u, operation: extract }") }
    #expect(failed?.message == "extract evil.tar: \(message)")
    #expect(!directory.contains("u"))
    #expect(directory.entries() == ["d", "evil.tar"])
  }

  @Test func `a link of the workspace is not written through`() async throws {
    let outside = try TemporaryDirectory()
    mkdir(directory / "u", 0o755)
    symlink(outside.path, directory / "u/d")
    try await hostile(["d/evil|file|x"])
    let failed = await failure { try await run("{ source: evil.tar, destination: u, operation: extract }") }
    #expect(failed?.message == "extract evil.tar to u: d is there already and is no folder")
    #expect(outside.entries().isEmpty)
    let through = await failure {
      try await run("{ source: evil.tar, destination: u/d, operation: extract }")
    }
    #expect(
      through?.message
        == "extract evil.tar to u/d: it leads outside the workspace; allow it with paths.write in missiond.yaml"
    )
  }

  @Test func `what is excluded may be as hostile as it likes, its name excepted`() async throws {
    try await hostile(["p|fifo|", "a|file|x", "s|link|/etc"])
    let output = try await run(
      "{ source: evil.tar, destination: u, operation: extract, exclude: [p, s] }")
    #expect(output["files"] == 1)
    #expect(directory.entries("u") == ["a"])
  }

  @Test func `set-user-id bits do not come out of archives`() async throws {
    try await host("chmod", "4755", "d/bin/run")
    try await host("tar", "-cf", "x.tar", "d")
    _ = try await run("{ source: x.tar, destination: u, operation: extract }")
    #expect(mode("u/d/bin/run") == 0o755)
  }

  @Test(arguments: ["gz", "tar.gz", "tar.xz", "zip"])
  func `a bomb is refused before it is big`(format: String) async throws {
    try await host("sh", "-c", "head -c 200M /dev/zero > zeros")
    _ = try await run("{ source: zeros, destination: bomb.\(format) }")
    let failed = await failure {
      try await run("{ source: bomb.\(format), destination: u, operation: extract }")
    }
    let place = format == "gz" ? "" : "zeros: "
    #expect(
      failed?.message
        == "extract bomb.\(format): \(place)it grows to more than 200 times its size; raise max_ratio if it is "
        + "to be trusted")
    #expect(directory.entries() == ["bomb.\(format)", "d", "zeros"])
    let allowed = try await run(
      "{ source: bomb.\(format), destination: u, operation: extract, max_ratio: 100000 }")
    #expect(allowed["output_bytes"] == 209_715_200)
  }

  @Test func `bytes and entries have limits`() async throws {
    _ = try await run("{ source: d, destination: x.tar }")
    let bytes = await failure {
      try await run("{ source: x.tar, destination: u, operation: extract, max_bytes: 26000 }")
    }
    #expect(
      bytes?.message.hasSuffix("it holds more than 26000 bytes; raise max_bytes if it is to be trusted")
        == true)
    let files = await failure {
      try await run("{ source: x.tar, destination: u, operation: extract, max_files: 3 }")
    }
    #expect(
      files?.message.hasSuffix("it holds more than 3 entries; raise max_files if it is to be trusted") == true
    )
    #expect(!directory.contains("u"))
  }

  @Test func `what is no archive, or half of one, is an error`() async throws {
    let text = await failure {
      try await run("{ source: d/a.txt, destination: u, operation: extract, format: zip }")
    }
    #expect(text?.message.hasPrefix("extract d/a.txt: ") == true)
    try await host("sh", "-c", "tar -cf - d | head -c 3000 > half.tar")
    let half = await failure { try await run("{ source: half.tar, destination: u, operation: extract }") }
    #expect(half?.message.hasPrefix("extract half.tar: ") == true, "\(half?.message ?? "")")
    #expect(directory.entries() == ["d", "half.tar"])
    let missing = await failure { try await run("{ source: no.tar, destination: u, operation: extract }") }
    #expect(missing?.message == "extract no.tar: no such file or directory (2)")
    let absent = await failure { try await run("{ source: [d, no], destination: x.tar }") }
    #expect(absent?.message == "compress no: no such file or directory (2)")
    #expect(!directory.contains("x.tar"))
  }

  @Test func `what nobody compressed does not come out of a gz`() async throws {
    for format in ["gz", "zip"] {
      let failed = await failure {
        try await run("{ source: d/a.txt, destination: u, operation: extract, format: \(format) }")
      }
      #expect(failed?.message == "extract d/a.txt: it is no \(format)")
    }
    let unknown = await failure { try await run("{ source: d/a.txt, destination: u, operation: extract }") }
    #expect(unknown?.message == "extract d/a.txt: it is no archive of a form that is known")
    #expect(directory.entries() == ["d"])
  }

  @Test(arguments: [
    "{ source: d/a.txt, destination: d/a.txt }", "{ source: [d/bin, d/a.txt], destination: ./d/a.txt }",
  ])
  func `an archive never takes the place of what it is made of`(parameters: String) async throws {
    let failed = await failure { try await run(parameters) }
    #expect(
      failed
        == StepFailure(
          .badParameters, "compress d/a.txt: the archive would take its place; name another destination"))
    #expect(try directory.read("d/a.txt") == "hello\n")
  }

  @Test(arguments: [
    ("x.rar", true), ("x", false), ("release-1.2", false), (".hidden", false), ("x.tgz", false),
  ])
  func `a name that speaks of another form is told in a warning`(name: String, isWarned: Bool) async throws {
    let output = try await run("{ source: d, destination: \(name) }")
    #expect(output["format"] == "tar.gz")
    #expect(
      runner.warnings.value
        == (isWarned ? ["\(name) tells no form of archive that is known: it is made as tar.gz"] : []))
  }

  @Test func `a name that is no UTF-8 is kept by tar, and refused where it would be lost`() async throws {
    try await host("sh", "-c", "mkdir odd; echo x > \"odd/$(printf '\\377')\"")
    for format in ["zip", "7z"] {
      let failed = await failure { try await run("{ source: odd, destination: x.\(format) }") }
      #expect(
        failed?.message
          == "compress to x.\(format): odd/\u{FFFD}: its name is not UTF-8, and could not be kept; use tar.gz, or "
          + "leave it out with exclude")
      let without = try await run("{ source: odd, destination: x.\(format), exclude: \"odd/?\" }")
      #expect(without["files"] == 0)
    }
    _ = try await run("{ source: odd, destination: x.tar.gz }")
    _ = try await run("{ source: x.tar.gz, destination: u, operation: extract }")
    try await host("diff", "-r", "odd", "u/odd")
  }

  @Test func `a cancel in the middle leaves the old archive, and nothing else`() async throws {
    try directory.write("old", to: "x.tar.xz")
    try await host("sh", "-c", "head -c 300M /dev/urandom > noise")
    let runner = runner
    let task = Task {
      try await runner.run(CompressStep.self, "{ source: noise, destination: x.tar.xz, level: 9 }")
    }
    // Begun when its file is there, and far from its end.
    while directory.entries().count < 4 { await Task.yield() }
    let clock = ContinuousClock.now
    task.cancel()
    #expect(await failure { try await task.value } == .cancelled)
    // Well under a second on a quiet machine; the rest would take a minute.
    #expect(ContinuousClock.now - clock < .seconds(10))
    #expect(directory.entries() == ["d", "noise", "x.tar.xz"])
    #expect(try directory.read("x.tar.xz") == "old")
  }

  @Test func `a cancel while unpacking leaves nothing`() async throws {
    try await host("sh", "-c", "head -c 300M /dev/zero | gzip -1 > big.gz; seq 1 9000000 | gzip -1 > s.gz")
    let runner = runner
    let task = Task {
      try await runner.run(
        CompressStep.self, "{ source: s.gz, destination: out, operation: extract }")
    }
    while directory.entries().count < 4 { await Task.yield() }
    task.cancel()
    #expect(await failure { try await task.value } == .cancelled)
    #expect(directory.entries() == ["big.gz", "d", "s.gz"])
  }

  @Test func `without the library the error names its package`() async throws {
    var runner = runner
    runner.capabilities.archives = try WorkspaceLive(directory.path).archives(LibArchive(lookup: .empty))
    let empty = runner
    let failed = await failure {
      try await empty.run(CompressStep.self, "{ source: d, destination: x.tar }")
    }
    #expect(
      failed?.message
        == "compress to x.tar: libarchive.so.13 is not on this host; install libarchive13t64, or libarchive13 "
        + "before Debian 13")
    try directory.write("", to: "y.tar")
    let unpacked = await failure {
      try await empty.run(CompressStep.self, "{ source: y.tar, destination: u, operation: extract }")
    }
    #expect(
      unpacked?.message
        == "extract y.tar: libarchive.so.13 is not on this host; install libarchive13t64, or libarchive13 "
        + "before Debian 13")
  }

  @Test(arguments: [
    ("{}", ["/source: is required", "/destination: is required"]),
    ("{ source: [], destination: x }", ["/source: is an empty list"]),
    (
      "{ source: a, destination: x.tar, level: 3 }",
      ["/level: a tar alone is not compressed; use format: tar.gz"]
    ),
    (
      "{ source: a, destination: x, level: 10 }",
      ["/level: tar.gz has levels from 0 to 9, not 10"]
    ),
    ("{ source: a, destination: x.tar.zst, level: 22 }", []),
    ("{ source: a, destination: x.tbz2, level: 0 }", ["/level: tar.bz2 has levels from 1 to 9, not 0"]),
    ("{ source: [a, b], destination: x.gz }", ["/source: gz holds one file; use format: tar.gz for several"]),
    ("{ source: a, destination: x, level: 23 }", ["/level: expected a whole number from 0 to 22, not 23"]),
    (
      "{ source: [a, b], destination: x, operation: extract, level: 1 }",
      ["/source: names more than one archive to unpack", "/level: is for packing only"]
    ),
    ("{ source: a, destination: x, max_files: 1 }", ["/max_files: is for operation: extract only"]),
    (
      "{ source: a, destination: x, format: tar.g }",
      ["/format: \"tar.g\": did you mean \"tar.gz\"?"]
    ),
    (
      "{ source: a, destination: x, exclude: \"[\" }",
      ["/exclude: [ is no glob: the bracket at character 1 is never closed"]
    ),
    ("{ source: \"{{a.output}}\", destination: \"{{b}}\", level: 15 }", []),
  ])
  func `wrong parameters are told at submission`(parameters: String, problems: [String]) throws {
    #expect(try StepRunner.problems(CompressStep.self, parameters) == problems)
  }

  @Test func `the example runs`() async throws {
    try directory.write("x", to: "build/x")
    _ = try await runner.run(CompressStep.self, try StepRunner.example(CompressStep.self))
    #expect(directory.contains("release.tar.zst"))
  }
}
