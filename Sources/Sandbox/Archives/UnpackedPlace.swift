import Glibc
import MissionModel
import Posix

/// The folder where an archive will be, and the hidden one beside or in it where it is until it is whole.
struct UnpackedPlace {
  let words: FileWords
  /// Where entries are made.
  let staging: DirectoryHandle
  /// True if nothing has the folder's name yet.
  let isNew: Bool
  private let workspace: WorkspaceLive
  /// The folder itself, where it is there already.
  private let folder: DirectoryHandle?
  private let slot: PathJudge.Slot
  private let hidden: PathJudge.Slot

  /// Judges `destination` and makes the hidden folder.
  init(_ destination: String, in workspace: WorkspaceLive, _ words: FileWords) throws(StepFailure) {
    self.words = words
    self.workspace = workspace
    if let found = try workspace.judge.find(words, .write, follow: true) {
      guard found.attributes.kind == .directory else { throw words.failure(Errno(ENOTDIR, words.verb)) }
      let real = found.real
      try workspace.judge.refuseClosed(in: real, words)
      let handle = DirectoryHandle(found.take())
      isNew = false
      folder = handle
      slot = PathJudge.Slot(parent: handle, name: [46, 0], parentReal: real)
    } else {
      isNew = true
      folder = nil
      slot = try workspace.judge.slot(words, follow: true, makesParents: true)
    }
    let hidden = PathJudge.Slot(
      parent: slot.parent, name: NewFile.freeName(), parentReal: slot.parentReal)
    self.hidden = hidden
    staging = try words.run { () throws(Errno) in
      _ = try hidden.parent.makeDirectory(hidden.name)
      return try hidden.parent.openDirectory(hidden.name)
    }
  }

  /// The way of what was unpacked into a folder that is there already.
  func merge(isTrial: Bool) throws(StepFailure) -> TreeMerge {
    try words.run { () throws(Errno) in
      try TreeMerge(staging, into: folder ?? slot.parent, isTrial: isTrial)
    }
  }

  /// Takes bytes from `workspace.max_bytes`.
  func reserve(_ bytes: Int64) throws(StepFailure) { try workspace.reserve(bytes, in: hidden, words) }

  /// Gives the folder its name, or removes what is left of the hidden one; returns where everything is now.
  func finish() throws(StepFailure) -> DirectoryHandle {
    guard let folder else {
      do throws(Errno) {
        try hidden.parent.rename(hidden.name, to: slot.name, in: slot.parent, replace: false)
        try slot.parent.synchronize()
      } catch {
        if error.code == EEXIST { throw words.failure("something of that name appeared meanwhile") }
        throw words.failure(error)
      }
      return staging
    }
    _ = try WorkspaceLive.Removal.all(hidden, words)
    return folder
  }

  /// Removes what was unpacked so far. What cannot be removed is hidden and says what it is.
  func discard() { _ = try? WorkspaceLive.Removal.all(hidden, words) }
}
