import Foundation
import Formats
import TestSupport
import Testing

/// What becomes of documents when the daemon dies while it writes them.
@Suite(.timeLimit(.minutes(2))) struct DocumentTroubleTests {
  /// A text of many chunks in which each line says whose it is.
  private static func text(_ word: String) -> String {
    (0..<6000).map { "line \($0) of the \(word) document is here to be looked for, word by word.\n" }.joined()
  }

  private static func mission(_ word: String) -> String {
    """
    name: replace
    steps:
      - id: add
        step_type: rag_add
        parameters: { id: d, content_file: \(word).txt, provider: local, chunk_size: 800, chunk_overlap: 0 }
    """
  }

  /// Which document the database holds, whole; the daemon that wrote it is dead.
  private static func word(in directory: TemporaryDirectory, copiedTo name: String) async throws -> String {
    for end in ["", "-wal"] {
      try FileManager.default.copyItem(
        atPath: directory / "state/missiond.db\(end)", toPath: directory / "\(name).db\(end)")
    }
    let text = try await KnowledgeFile.texts(in: directory / "\(name).db").joined()
    let lines = text.split(whereSeparator: \.isNewline)
    #expect(lines.count == 6000)
    let words = Set(lines.map { String($0.split(separator: " ")[4]) })
    #expect(words.count == 1, "a mixture of \(words)")
    return words.first ?? ""
  }

  @Test func `a document is wholly the old one or the new one, at whatever write the daemon is killed`()
    async throws
  {
    let workspace = try TemporaryDirectory()
    for word in ["even", "odd"] { try workspace.write(Self.text(word), to: "\(word).txt") }
    let configuration = "paths: { write: [\(workspace.path)] }"
    let query = "?workspace=\(workspace.path)"
    var daemon = try await TestDaemon(configuration: configuration)
    let directory = daemon.directory
    var id = try await daemon.submit(Self.mission("even"), query: query)
    #expect(try await daemon.ended(id)["status"] == "completed")
    // How many writes it takes where nobody disturbs it.
    let writes = Observed(0)
    let count = try FileWrites(to: directory / "state/missiond.db-wal") { number in
      writes.update { $0 = number }
    }
    id = try await daemon.submit(Self.mission("odd"), query: query)
    #expect(try await daemon.ended(id)["status"] == "completed")
    withExtendedLifetime(count) {}
    #expect(writes.value > 5, "the transaction writes before it commits, since its pages fill the cache")

    var (now, killedEarly) = ("odd", 0)
    for round in 1...5 {
      let next = now == "odd" ? "even" : "odd"
      let last = Int.random(in: 1...writes.value)
      let process = daemon.process
      let killer = try FileWrites(to: directory / "state/missiond.db-wal") { number in
        if number == last { process.send(SIGKILL) }
      }
      // The answer may be what the kill cuts off.
      let answer = try? await daemon.ask(
        "/missions/execute" + query, method: "POST", body: Self.mission(next))
      id = answer?.json["id"]?.stringValue ?? id
      _ = try? await daemon.ended(id)
      try await daemon.kill()
      withExtendedLifetime(killer) {}
      let found = try await Self.word(in: directory, copiedTo: "round-\(round)")
      #expect([now, next].contains(found), "round \(round), killed at write \(last) of \(writes.value)")
      if found == now { killedEarly += 1 }

      // The next life goes on with the job, and with what it does the document is the new one.
      daemon = try await TestDaemon(configuration: configuration, directory: directory)
      for job in try await daemon.ask("/missions").json["missions"]?.arrayValue ?? [] {
        _ = try await daemon.ended(job["id"]?.stringValue ?? "")
      }
      try await daemon.kill()
      now = try await Self.word(in: directory, copiedTo: "after-\(round)")
      daemon = try await TestDaemon(configuration: configuration, directory: directory)
    }
    #expect(killedEarly > 0, "no kill came before a commit")
  }
}
