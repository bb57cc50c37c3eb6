import Glibc
import MissionModel
import Posix

extension WorkspaceLive {
  /// Entries looked at in one piece of work.
  static let entriesPerPiece = 512

  /// The entries of a folder, sorted by path.
  func list(_ path: String, _ options: ListOptions) async throws(StepFailure) -> [DirectoryEntry] {
    let words = FileWords("list", path)
    var walk = try await piece { () throws(StepFailure) in
      let found = try judge.open(words, .read)
      guard found.attributes.kind == .directory else { throw words.failure(Errno(ENOTDIR, words.verb)) }
      let closed = Self.identities(of: judge.roots.closedPlaces(in: found.real))
      let directory = DirectoryHandle(found.take())
      return Listing(
        cursor: try words.run { () throws(Errno) in try TreeCursor(directory) }, options: options,
        closed: closed)
    }
    var entries: [DirectoryEntry] = []
    while !walk.isOver {
      walk = try await piece { [walk] () throws(StepFailure) in
        var walk = walk
        walk.entries = []
        try walk.advance(words)
        return walk
      }
      entries += walk.entries
    }
    return entries.sorted { $0.path.utf8.lexicographicallyPrecedes($1.path.utf8) }
  }

  /// What stays closed, by what it is: a search does not stumble over it, and nothing in it is listed.
  private static func identities(of places: [[UInt8]]) -> Set<FileAttributes.Identity> {
    Set(
      places.compactMap { place in
        do throws(Errno) {
          let path = place.map(CChar.init(bitPattern:)) + [0]
          return try FileDescriptor.openPath(path, follow: false).attributes().identity
        } catch {
          // What does not exist is not listed either.
          return nil
        }
      })
  }

  /// A listing in the making.
  private struct Listing: Sendable {
    var cursor: TreeCursor
    let options: ListOptions
    let closed: Set<FileAttributes.Identity>
    var entries: [DirectoryEntry] = []
    var isOver = false

    mutating func advance(_ words: FileWords) throws(StepFailure) {
      for _ in 0..<WorkspaceLive.entriesPerPiece {
        guard let name = cursor.next() else {
          if cursor.depth == 0 {
            isOver = true
            return
          }
          _ = try words.run { () throws(Errno) in try cursor.leave() }
          continue
        }
        if name[0] == 46, !options.includeHidden { continue }
        let path = cursor.path(of: name)
        do throws(Errno) {
          guard let attributes = try cursor.directory.attributes(of: name) else { continue }
          guard !closed.contains(attributes.identity) else { continue }
          entries.append(DirectoryEntry(name: name.nameText, path: path, status: attributes.status))
          let isDeepEnough = options.maxDepth.map { cursor.depth + 1 >= $0 } ?? false
          if attributes.kind == .directory, options.recursive, !isDeepEnough { try cursor.enter(name) }
        } catch {
          // A folder that went, or became something else, since its name was read is no longer there.
          if error.code != ENOENT, error.code != ENOTDIR { throw words.failure(error, at: path) }
        }
      }
    }
  }
}
