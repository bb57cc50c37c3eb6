import Glibc
import Posix

/// Walks through a tree by descriptors, two of them open however deep the tree is, and never over a link.
///
/// It goes up by `..` and checks that it is back where it came from, so that a folder that is moved
/// meanwhile ends the walk instead of leading it elsewhere. All functions block.
struct TreeCursor: Sendable {
  /// The names of one folder; shared, so that a copy of the cursor costs nothing.
  private final class Names: Sendable {
    let names: [[CChar]]
    init(_ names: [[CChar]]) { self.names = names }
  }

  private struct Level: Sendable {
    let identity: FileAttributes.Identity
    let name: [CChar]
    let names: Names
    var next = 0
  }

  /// The folder where the cursor stands.
  private(set) var directory: DirectoryHandle
  private var levels: [Level]

  /// Starts in `directory`; with `reads: false` only to go where it is told.
  init(_ directory: DirectoryHandle, reads: Bool = true) throws(Errno) {
    self.directory = directory
    let names = reads ? try directory.names() : []
    levels = [
      Level(
        identity: try directory.descriptor.attributes().identity, name: [0], names: Names(names))
    ]
  }

  /// Levels below the folder where the walk began.
  var depth: Int { levels.count - 1 }

  /// The next name of the folder, in the kernel's order; nil after the last.
  mutating func next() -> [CChar]? {
    let last = levels.count - 1
    guard levels[last].next < levels[last].names.names.count else { return nil }
    defer { levels[last].next += 1 }
    return levels[last].names.names[levels[last].next]
  }

  /// Goes down into a folder, which must be no link.
  mutating func enter(_ name: [CChar], reads: Bool = true) throws(Errno) {
    let child = try directory.openDirectory(name)
    let names = reads ? try child.names() : []
    levels.append(
      Level(identity: try child.descriptor.attributes().identity, name: name, names: Names(names)))
    directory = child
  }

  /// Goes up again; returns the name of the folder that was left.
  mutating func leave() throws(Errno) -> [CChar] {
    let left = levels.removeLast()
    let parent = DirectoryHandle(
      try FileDescriptor.openPath("..", follow: false, in: directory.descriptor.rawValue))
    guard let level = levels.last, try parent.descriptor.attributes().identity == level.identity else {
      throw Errno(ESTALE, "walk")
    }
    directory = parent
    return left.name
  }

  /// The path of a name in the present folder, relative to where the walk began.
  func path(of name: [CChar]) -> String {
    var text = ""
    for level in levels.dropFirst() { text += level.name.nameText + "/" }
    return text + name.nameText
  }
}
