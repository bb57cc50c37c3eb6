import MissionModel

/// Where an entry of an archive belongs below the folder that it is unpacked into; only made of names that
/// stay there.
struct EntryPath: Equatable {
  /// Why a name or a link was refused.
  struct Refusal: Error, Equatable {
    let message: String
  }

  /// At least one, none of them empty, `.` or `..`; empty for the folder itself.
  let names: [[UInt8]]

  private static let slash = UInt8(ascii: "/")
  private static let dot = UInt8(ascii: ".")
  private static let longestName = 4095
  private static let mostFolders = 250

  /// Judges a name as it is written in the archive.
  init(_ name: [UInt8]) throws(Refusal) {
    guard name.count <= Self.longestName else {
      throw Refusal(message: "the name is longer than \(Self.longestName) bytes")
    }
    guard name.first != Self.slash else { throw Refusal(message: "the name is an absolute path") }
    names = Self.parts(name)
    guard !names.contains([Self.dot, Self.dot]) else {
      throw Refusal(message: "the name leads out of the destination by \"..\"")
    }
    guard names.count <= Self.mostFolders else {
      throw Refusal(message: "it lies more than \(Self.mostFolders) folders deep")
    }
  }

  /// Judges what a symbolic link at this place says.
  ///
  /// All links together stay inside: `..` is allowed at the beginning only, and only as often as the link
  /// lies deep. So it counts from real folders, and every name that follows leads down, or to another link
  /// that was judged the same.
  func judge(link target: [UInt8]) throws(Refusal) {
    let shown = "the link to \"\(String(decoding: target.prefix(200), as: UTF8.self))\""
    guard !target.isEmpty, target.count <= Self.longestName else {
      throw Refusal(message: "the link is empty or too long")
    }
    guard target.first != Self.slash else {
      throw Refusal(message: "\(shown) leads out of the destination: it is an absolute path")
    }
    let parts = Self.parts(target)
    let up = parts.prefix { $0 == [Self.dot, Self.dot] }.count
    guard up < max(names.count, 1) else { throw Refusal(message: "\(shown) leads out of the destination") }
    guard !parts.dropFirst(up).contains([Self.dot, Self.dot]) else {
      throw Refusal(message: "\(shown) may lead out of the destination: it has \"..\" after a name")
    }
  }

  private static func parts(_ path: [UInt8]) -> [[UInt8]] {
    path.split(separator: slash).map(Array.init).filter { $0 != [dot] }
  }
}
