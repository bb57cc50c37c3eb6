import MissionModel
import Testing

@Suite struct ArchivesTests {
  @Test(arguments: [
    ("a.tar", ArchiveFormat.tar), ("a.tar.gz", .tarGzip), ("A.TGZ", .tarGzip), ("a.tbz2", .tarBzip2),
    ("a.tar.bz2", .tarBzip2), ("a.txz", .tarXZ), ("a.tar.zst", .tarZstandard), ("a.zip", .zip),
    ("a.txt.gz", .gzip), ("a.7z", .sevenZip), ("a", nil), (".gz", nil), ("a.gz.txt", nil),
  ])
  func `a name says the format`(name: String, format: ArchiveFormat?) {
    #expect(ArchiveFormat(fileName: name) == format)
  }

  @Test func `a report keeps its first warnings`() {
    var report = ArchiveReport(format: .tar)
    for number in 0..<60 { report.warn("\(number)") }
    #expect(report.warnings.count == 50)
  }

  @Test func `a step that writes no files packs nothing`() async {
    let archives = Capabilities.denied.limited(to: [.readsFiles]).archives
    await #expect(
      throws: StepFailure(
        .denied, "compress to x: this step type did not declare that it writes files")
    ) { try await archives.pack(PackRequest(["a"], into: "x", as: .tar)) }
    await #expect(
      throws: StepFailure(.denied, "extract a: this step type did not declare that it writes files")
    ) { try await archives.unpack(UnpackRequest("a", into: "x")) }
  }
}
