import Formats
import MissionModel
import Posix

extension FileAttributes {
  /// The attributes in the words of steps.
  var status: FileStatus {
    let kind: FileStatus.Kind =
      switch self.kind {
      case .file: .file
      case .directory: .directory
      case .link: .link
      case .other: .other
      }
    return FileStatus(
      kind: kind, size: size, mode: mode, modified: Timestamp(milliseconds: modifiedMilliseconds))
  }
}
