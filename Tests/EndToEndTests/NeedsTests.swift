import Foundation
import TestSupport
import Testing

/// What the scripts say on a machine that lacks something.
@Suite struct NeedsTests {
  private let root = (#filePath as NSString).deletingLastPathComponent + "/../.."

  @Test(arguments: ["test", "quickstart", "check"])
  func `without Swift a script says in one line how to get it`(script: String) async throws {
    let directory = try TemporaryDirectory()
    for program in ["bash", "dirname", "sed", "mkdir"] {
      try FileManager.default.createSymbolicLink(
        atPath: directory / program, withDestinationPath: "/usr/bin/" + program)
    }
    let record = try await TestProcess.run(
      "/usr/bin/env", ["PATH=" + directory.path, root + "/scripts/" + script])
    #expect(record.ending == .exited(1))
    #expect(record.output == "")
    #expect(
      record.error
        == "Swift 6.2 or later is missing: get it from https://www.swift.org/install/linux and put it on PATH\n"
    )
  }

  @Test func `without root a script says what to install`() async throws {
    let record = try await needs("id() { echo 1000; }; needs one")
    #expect(record.ending == .exited(1))
    #expect(
      record.error == """
        missing here; install as root and come back:
          apt-get install first-package second-package
          pip install third_package

        """)
  }

  @Test func `what is there is not asked for`() async throws {
    let record = try await needs("id() { echo 1000; }; needs two")
    #expect(record.ending == .exited(0))
    #expect(record.error == "")
  }

  @Test func `as root what is missing is installed in one go`() async throws {
    let record = try await needs("id() { echo 0; }; apt-get() { echo \"apt-get $*\" >&3; }; needs three 3>&1")
    #expect(record.ending == .exited(0), "\(record.error)")
    #expect(record.output == "apt-get install -qq -y --no-install-recommends first-package\n")
    #expect(record.error == "installing: first-package\n")
  }

  /// Runs a piece of bash with a table of its own.
  private func needs(_ script: String) async throws -> TestProcess.Record {
    let table = """
      one command:no-such-program first-package for this test
      one file:/no/such/file second-package for this test
      one python:no_such_module third_package for this test
      two command:bash bash for this test
      three command:no-such-program first-package for this test
      """
    let bash = """
      set -euo pipefail
      . \(root)/scripts/needs.sh
      needs_table() { printf '%s\\n' '\(table)'; }
      \(script)
      """
    return try await TestProcess.run("bash", ["-c", bash])
  }
}
