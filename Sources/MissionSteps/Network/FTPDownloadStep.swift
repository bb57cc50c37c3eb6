package import Formats
package import MissionModel

/// Fetches a file from a server by FTP, FTPS or SFTP, and compares sizes afterwards.
package struct FTPDownloadStep: StepType {
  package static let name = "ftp_download"
  package static let summary = "Fetch a file from a server by FTP, FTPS or SFTP."
  package static let effects: Effects = [.usesNetwork, .readsFiles, .writesFiles]
  package static let example = """
    step_type: ftp_download
    parameters: { url: "ftp://ftp.example.com/pub/data.csv", local_file: data.csv }
    """
  package static let outputs = FileTransferOutput.fields
  package static let requirements: [Requirement] = [.library("libcurl.so.4", package: "libcurl4")]

  private let server: FileServer
  private let localFile: String
  private let resumes: Bool
  private let createsFolders: Bool

  /// Bytes of the local file that are copied at once.
  private static let pieceBytes = 256 << 10

  package init(_ p: inout ParameterReader) {
    server = FileServer(&p)
    localFile = p.required("local_file", .writePath, "Where the file goes; it appears when it is whole.")
    resumes = p.optional(
      "resume", .bool, default: false,
      "Go on where an earlier download ended; what comes before a failure is then kept.")
    createsFolders = p.optional(
      "create_dirs", .bool, default: true, "Make the local folders that are not there.")
  }

  package func run(in context: StepContext) async throws(StepFailure) -> JSON {
    let began = ContinuousClock.now
    var download = try await server.transfer(.download, context.files)
    defer { download.release() }
    let folder = PathText.folder(localFile)
    if !createsFolders, try await context.files.status(folder) == nil {
      throw StepFailure("create \(localFile): its folder is not there; set create_dirs to true")
    }
    // Makes the folder that the lock lies in.
    let lock = try await context.files.lock(localFile)
    defer { lock.release() }
    let total = try await context.network.transfer(download.doing(.size)).length
    if resumes, try await context.files.status(localFile) != nil {
      download.resumesAt = try await context.files.open(localFile).size
    }
    if let total, download.resumesAt > total {
      throw StepFailure(
        "\(download.title): the local file is longer (\(download.resumesAt) bytes) than the one there; "
          + "set resume to false")
    }
    var bytes: Int64 = 0
    if !resumes || total == nil || download.resumesAt < total ?? 0 || download.resumesAt == 0 {
      bytes = try await fetch(download, context)
    }
    let whole = download.resumesAt + bytes
    guard total == nil || total == whole else {
      throw StepFailure("\(download.title): \(whole) of \(total ?? 0) bytes came")
    }
    return FileTransferOutput.make(server, localFile, bytes: bytes, began, isVerified: total == whole)
  }

  private func fetch(
    _ download: FileTransfer, _ context: StepContext
  ) async throws(StepFailure) -> Int64 {
    let answer = try await context.network.transfer(download)
    let earlier = download.resumesAt > 0 ? try await context.files.open(localFile) : nil
    let writer = try await context.files.create(localFile, WriteOptions())
    var offset: Int64 = 0
    while let earlier, offset < download.resumesAt {
      let piece = try await earlier.read(offset, Self.pieceBytes)
      guard !piece.isEmpty else {
        throw StepFailure("read \(localFile): it became shorter while it was read")
      }
      try await writer.write(piece)
      offset += Int64(piece.count)
    }
    var bytes: Int64 = 0
    do throws(StepFailure) {
      while true {
        let piece = try await answer.read()
        if piece.isEmpty { break }
        try await writer.write(piece)
        bytes += Int64(piece.count)
      }
    } catch {
      // What came is kept for the next attempt, where that one goes on with it.
      if resumes, bytes > 0 { _ = try await writer.commit() }
      throw error
    }
    _ = try await writer.commit()
    return bytes
  }
}
