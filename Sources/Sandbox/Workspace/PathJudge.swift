import Glibc
import MissionModel
import Posix

/// Opens the places that paths name, and hands out only those that the roots allow.
///
/// Every place is opened `O_PATH` first and judged by where the kernel says that the descriptor leads; what
/// follows goes through that descriptor. A link that is swapped after the check changes nothing any more.
/// All functions block.
struct PathJudge: Sendable {
  let roots: WorkspaceRoots
  private let workspace: String

  /// Judges for `roots`, whose workspace is where relative paths start.
  init(_ roots: WorkspaceRoots) {
    self.roots = roots
    workspace = String(decoding: roots.workspace, as: UTF8.self)
  }

  /// A place that exists and was judged.
  struct Found: ~Copyable {
    let descriptor: FileDescriptor
    let attributes: FileAttributes
    /// Where it is, free of links.
    let real: [UInt8]
  }

  /// A name in a folder that was judged; whether something has the name is another question.
  struct Slot: Sendable {
    let parent: DirectoryHandle
    let name: [CChar]
    /// The folder, free of links.
    let parentReal: [UInt8]

    var real: [UInt8] {
      let bytes = name.dropLast().map(UInt8.init(bitPattern:))
      return parentReal == [47] ? parentReal + bytes : parentReal + [47] + bytes
    }
  }

  /// Opens what is at a path; nil where nothing is, at a place that would be allowed.
  func find(_ words: FileWords, _ access: PathAccess, follow: Bool) throws(StepFailure) -> Found? {
    let path = try absolute(words)
    let opened: FileDescriptor
    do throws(Errno) { opened = try FileDescriptor.openPath(path, follow: follow) } catch {
      guard error.code == ENOENT || error.code == ENOTDIR else { throw words.failure(error) }
      // Whether something is there is nobody's business outside the roots.
      _ = try deepestExisting(path, words, access)
      return nil
    }
    return try judged(opened, words, access)
  }

  /// Opens what must be at a path.
  func open(_ words: FileWords, _ access: PathAccess, follow: Bool = true) throws(StepFailure) -> Found {
    guard let found = try find(words, access, follow: follow) else {
      throw words.failure(Errno(ENOENT, words.verb))
    }
    return found
  }

  /// Opens the folder of a path that is to be written, and says under which name.
  ///
  /// A link at the end of the path is followed if `follow`: then the slot is where it leads. One that leads
  /// nowhere is refused.
  ///
  /// - Parameter makesParents: false fails where the folder is missing.
  func slot(_ words: FileWords, follow: Bool, makesParents: Bool) throws(StepFailure) -> Slot {
    let path = try absolute(words)
    if let found = try find(words, .write, follow: follow) { return try slot(of: found, words) }
    let (folder, name) = Self.split(path)
    guard name != "", name != ".", name != ".." else { throw words.failure(Errno(ENOENT, words.verb)) }
    let slot = try openFolder(folder, words, makesMissing: makesParents)
    let result = Slot(parent: slot.handle, name: [CChar](name: name), parentReal: slot.real)
    if follow, let there = try words.run({ () throws(Errno) in try slot.handle.attributes(of: result.name) }),
      there.kind == .link
    {
      throw words.failure("it is a link that leads nowhere; remove it first")
    }
    return result
  }

  /// Opens a folder, making it and its parents where they are missing, each in the folder that was judged.
  func openFolder(
    _ path: String, _ words: FileWords, makesMissing: Bool
  ) throws(StepFailure) -> (handle: DirectoryHandle, real: [UInt8]) {
    let ancestor = try deepestExisting(path, words, .write)
    var missing = ancestor.missing
    var descriptor = ancestor.take()
    guard missing.isEmpty || makesMissing else { throw words.failure(Errno(ENOENT, words.verb)) }
    while let name = missing.popLast() {
      let bytes = [CChar](name: name)
      let handle = DirectoryHandle(descriptor)
      let next = try words.run { () throws(Errno) in
        if try handle.makeDirectory(bytes) { try handle.synchronize() }
        return try FileDescriptor.openPath(bytes, follow: false, in: handle.descriptor.rawValue)
      }
      let found = try judged(next, words, .write)
      guard found.attributes.kind == .directory else { throw words.failure(Errno(ENOTDIR, words.verb)) }
      descriptor = found.take()
    }
    let real = try words.run { () throws(Errno) in try descriptor.realPath() }
    return (DirectoryHandle(descriptor), real)
  }

  /// The folder and the name of a place that exists, both judged again.
  func slot(of found: consuming Found, _ words: FileWords) throws(StepFailure) -> Slot {
    let real = found.real
    guard let cut = real.lastIndex(of: 47), real.count > 1 else {
      throw words.failure("it is the root of the file system", kind: .denied)
    }
    let folder = cut == 0 ? [47] : Array(real[..<cut])
    let name = real[(cut + 1)...].map(CChar.init(bitPattern:)) + [0]
    let text = folder.map(CChar.init(bitPattern:)) + [0]
    let identity = found.attributes.identity
    let descriptor = try words.run { () throws(Errno) in
      try FileDescriptor.openPath(text, follow: false)
    }
    let parent: Found
    if roots.isRoot(real) {
      // The folder of a root is outside of it; whoever wants to change the root itself is told so.
      throw words.failure("it is the workspace itself or a configured root", kind: .denied)
    }
    parent = try judged(descriptor, words, .write)
    let parentReal = parent.real
    let handle = DirectoryHandle(parent.take())
    let there = try words.run { () throws(Errno) in try handle.attributes(of: name) }
    guard there?.identity == identity else {
      throw words.failure("it was moved while it was looked at")
    }
    return Slot(parent: handle, name: name, parentReal: parentReal)
  }

  /// Refuses what is to be done to all of a folder where that holds a place that stays closed.
  func refuseClosed(in real: [UInt8], _ words: FileWords) throws(StepFailure) {
    guard let closed = roots.closedPlaces(in: real).first else { return }
    throw words.failure(
      "it holds \(String(decoding: closed, as: UTF8.self)), which file steps may not touch; name what is "
        + "beside it", kind: .denied)
  }

  /// Judges an open place.
  private func judged(
    _ descriptor: consuming FileDescriptor, _ words: FileWords, _ access: PathAccess
  ) throws(StepFailure) -> Found {
    let attributes: FileAttributes
    let real: [UInt8]
    do throws(Errno) {
      attributes = try descriptor.attributes()
      real = try descriptor.realPath()
    } catch { throw words.failure(error) }
    guard real.first == 47 else {
      throw words.failure("it leads to no place in the file system", kind: .denied)
    }
    guard attributes.links > 0 else { throw words.failure(Errno(ENOENT, words.verb)) }
    switch roots.refusal(of: real, isWrite: access == .write) {
    case nil: return Found(descriptor: descriptor, attributes: attributes, real: real)
    case .outside:
      throw words.failure(
        "it leads outside the workspace; allow it with paths.\(access.rawValue) in missiond.yaml",
        kind: .denied)
    case .forbidden:
      throw words.failure("it leads to a place that file steps may not touch", kind: .denied)
    }
  }

  /// The nearest folder on the way to `path` that exists, judged, and the names that are missing, last first.
  private func deepestExisting(
    _ path: String, _ words: FileWords, _ access: PathAccess
  ) throws(StepFailure) -> Ancestor {
    var path = path
    var missing: [String] = []
    while true {
      let opened: FileDescriptor
      do throws(Errno) { opened = try FileDescriptor.openPath(path, follow: true) } catch {
        guard error.code == ENOENT || error.code == ENOTDIR else { throw words.failure(error) }
        let (folder, name) = Self.split(path)
        missing.append(name)
        path = folder
        continue
      }
      let found = try judged(opened, words, access)
      guard found.attributes.kind == .directory || missing.isEmpty else {
        throw words.failure(Errno(ENOTDIR, words.verb))
      }
      return Ancestor(descriptor: found.take(), missing: missing)
    }
  }

  /// A path of a step as an absolute one.
  private func absolute(_ words: FileWords) throws(StepFailure) -> String {
    guard !words.path.isEmpty else { throw words.failure("the path is empty", kind: .badParameters) }
    guard !words.path.utf8.contains(0) else {
      throw words.failure("the path holds a NUL byte", kind: .badParameters)
    }
    return words.path.utf8.first == 47 ? words.path : workspace + "/" + words.path
  }

  /// `/a/b/c` as `/a/b` and `c`, without slashes at the end; by bytes.
  static func split(_ path: String) -> (folder: String, name: String) {
    var bytes = Array(path.utf8)
    while bytes.count > 1, bytes.last == 47 { bytes.removeLast() }
    guard let cut = bytes.lastIndex(of: 47) else { return (".", path) }
    let name = String(decoding: bytes[(cut + 1)...], as: UTF8.self)
    let folder = cut == 0 ? "/" : String(decoding: bytes[..<cut], as: UTF8.self)
    return (folder, name)
  }
}

/// The part of a path that exists.
private struct Ancestor: ~Copyable {
  let descriptor: FileDescriptor
  /// The names that do not exist, last first.
  let missing: [String]

  consuming func take() -> FileDescriptor { descriptor }
}

extension PathJudge.Found {
  /// The descriptor alone.
  consuming func take() -> FileDescriptor { descriptor }
}
