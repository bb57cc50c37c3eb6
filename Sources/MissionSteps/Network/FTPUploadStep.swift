package import Formats
package import MissionModel

/// Puts a file onto a server by FTP, FTPS or SFTP, and compares sizes afterwards.
package struct FTPUploadStep: StepType {
  package static let name = "ftp_upload"
  package static let summary = "Put a file onto a server by FTP, FTPS or SFTP."
  package static let effects: Effects = [.usesNetwork, .readsFiles]
  package static let example = """
    step_type: ftp_upload
    parameters:
      url: sftp://backup.example.com/srv/backups/db.sql.gz
      username: backup
      identity_file: keys/backup
      local_file: db.sql.gz
    """
  package static let outputs = FileTransferOutput.fields
  package static let requirements: [Requirement] = [.library("libcurl.so.4", package: "libcurl4")]

  private let server: FileServer
  private let localFile: String
  private let resumes: Bool
  private let createsFolders: Bool

  package init(_ p: inout ParameterReader) {
    server = FileServer(&p)
    localFile = p.required("local_file", .readPath, "The file to send.")
    resumes = p.optional("resume", .bool, default: false, "Go on where an earlier upload ended.")
    createsFolders = p.optional("create_dirs", .bool, default: true, "Make the folders that are not there.")
  }

  package func run(in context: StepContext) async throws(StepFailure) -> JSON {
    let began = ContinuousClock.now
    guard let status = try await context.files.status(localFile) else {
      throw StepFailure("read \(localFile): no such file or directory (2)")
    }
    let size = status.kind == .link ? try await context.files.open(localFile).size : status.size
    let held = try await context.files.hold(localFile, .read)
    defer { held.release() }
    var upload = try await server.transfer(.upload(held, size: size), context.files)
    defer { upload.release() }
    upload.createsFolders = createsFolders
    if resumes { upload.resumesAt = await lengthThere(upload, context.network) ?? 0 }
    if upload.resumesAt > size {
      throw StepFailure(
        "\(upload.title): the file there is longer (\(upload.resumesAt) bytes) than the local one; "
          + "set resume to false")
    }
    if upload.resumesAt < size || size == 0 { _ = try await context.network.transfer(upload) }
    let there = try await context.network.transfer(upload.doing(.size)).length
    guard there == nil || there == size else {
      throw StepFailure("\(upload.title): the file there has \(there ?? 0) of \(size) bytes")
    }
    return FileTransferOutput.make(
      server, localFile, bytes: size - upload.resumesAt, began, isVerified: there == size)
  }

  /// The length of what an earlier upload left; nil where there is nothing.
  private func lengthThere(_ upload: FileTransfer, _ network: Network) async -> Int64? {
    // A server that has no such file says so by failing, and one that cannot be reached fails below again.
    try? await network.transfer(upload.doing(.size)).length
  }
}
