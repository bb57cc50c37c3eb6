import Formats
import MissionModel
import Testing

@Suite struct CapabilitiesTests {
  private static let open = Capabilities(
    files: Files(
      status: { _ in nil }, open: { _ in FileReader(size: 0) { _, _ in [] } },
      create: { _, _ in FileWriter(write: { _ in }, commit: { true }) }, list: { _, _ in [] },
      remove: { _, _ in 1 },
      copy: { _, _, _ in CopyResult(bytes: 0, files: 1) },
      move: { _, _, _ in CopyResult(bytes: 0, files: 1) },
      makeDirectory: { _ in },
      hold: { path, _ in HeldPath(descriptorPath: path, realPath: path, release: {}) }),
    processes: Processes(
      run: { _ in ProcessOutput(ending: .exited(code: 0)) },
      start: { _, _ in StartedProcess(pid: 1, isReady: true, log: "") },
      kill: { _, _ in KillResult(pid: 1, killed: true, ending: nil) }, find: { $0 }))

  @Test func `a step reaches only what it declared`() async throws {
    let reading = Self.open.limited(to: .readsFiles)
    _ = try await reading.files.open("a")
    await #expect(throws: StepFailure(.denied, "write a: this step type did not declare that it does so")) {
      try await reading.files.create("a", WriteOptions())
    }
    await #expect(throws: StepFailure.self) { try await reading.files.hold("a", .write) }
    await #expect(
      throws: StepFailure(.denied, "run ls: this step type did not declare that it runs processes")
    ) {
      try await reading.processes.run(Command("ls"))
    }
  }

  @Test func `a step that declared nothing reaches nothing`() async {
    let none = Self.open.limited(to: [])
    await #expect(throws: StepFailure.self) { try await none.files.open("a") }
    await #expect(throws: StepFailure.self) { try await none.files.remove("a", true) }
    #expect(await none.processes.find("ls") == nil)
  }

  @Test func `a step that writes may read as well`() async throws {
    let writing = Self.open.limited(to: .writesFiles)
    _ = try await writing.files.open("a")
    #expect(try await writing.files.remove("a", false) == 1)
  }

  @Test(arguments: [(4, true), (5, true), (6, false)])
  func `a file is read whole up to a limit`(size: Int, fits: Bool) async {
    let reader = FileReader(size: 1) { offset, count in
      Array(repeating: UInt8(7), count: max(0, min(count, size - Int(offset))))
    }
    let bytes = try? await reader.readAll(limit: 5, path: "a")
    #expect(bytes?.count == (fits ? size : nil))
  }
}
