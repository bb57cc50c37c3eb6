import Formats
import MissionCLI
import Testing

@Suite struct JobTextTests {
  private static let job: JSON = [
    "id": "01890000-0000-7000-8000-000000000001", "name": "build", "status": "failed",
    "created_at": "2026-01-01T00:00:00.000Z", "total_duration_ms": 61_500,
    "tokens": ["prompt_tokens": 100, "completion_tokens": 10, "total_tokens": 110],
    "progress": ["total": 2, "success": 1, "failed": 1, "skipped": 0, "cancelled": 0],
    "step_results": [
      "a": ["status": "success", "duration_ms": 12, "attempts": 1, "output": ["text": "x\u{1B}[2J"]],
      "b": ["status": "failed", "duration_ms": 3, "attempts": 2, "error": "boom", "warnings": ["slow"]],
    ],
    "error": "step \"b\": boom",
  ]

  @Test func `one line has id, status, progress, time and name`() {
    #expect(
      JobText.line(Self.job)
        == "01890000-0000-7000-8000-000000000001  failed     2/2  2026-01-01T00:00:00.000Z  build")
  }

  @Test func `the page has every step, and no control character of a value`() {
    let text = JobText.full(Self.job)
    #expect(text.contains("  ✔ a  12 ms\n"))
    #expect(text.contains("  ✘ b  failed  3 ms  2 attempts\n      boom\n      warning: slow"))
    #expect(text.contains("  took: 1 min 1 s\n  tokens: 110 (100 read, 10 written)\n"))
    #expect(!text.contains("\u{1B}"))
  }

  @Test(arguments: [
    ("completed", MissionCLI.ExitStatus.completed), ("failed", .failed), ("cancelled", .cancelled),
  ])
  func `the end of a job is an exit status`(status: String, expected: MissionCLI.ExitStatus) {
    #expect(JobText.exit(status) == expected)
    #expect(JobText.exit("running") == nil)
  }

  @Test func `long values are cut at 1 KiB and say how long they were`() {
    let shown = Shown.value(String(repeating: "ä", count: 600))
    #expect(shown.hasSuffix("… (1200 bytes)"))
    #expect(shown.hasPrefix(String(repeating: "ä", count: 512)))
    #expect(Shown.value(String(repeating: "x", count: 1024)).count == 1024)
  }
}
