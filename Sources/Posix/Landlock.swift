import CLinux
import Glibc

/// What a child confined by `landlock(7)` may touch: a value, until a ruleset is made of it.
package struct Landlock: Sendable, Equatable {
  /// What may be done with a place and all that lies under it.
  package enum Access: Sendable, Equatable, CaseIterable {
    /// Read, list and execute.
    case read
    /// Everything, but making devices.
    case write
    /// Read, write and control, make nothing: for devices.
    case device
  }

  /// A place that stays open.
  package struct Rule: Sendable, Equatable {
    package let path: String
    package let access: Access

    /// Opens a place.
    package init(_ access: Access, _ path: String) {
      self.path = path
      self.access = access
    }
  }

  /// The places; nothing else can be opened.
  package var rules: [Rule]
  /// Whether TCP connections and listeners are refused.
  package var refusesNetwork: Bool

  /// Describes a confinement.
  package init(rules: [Rule], refusesNetwork: Bool = false) {
    self.rules = rules
    self.refusesNetwork = refusesNetwork
  }

  /// The version that the kernel has.
  ///
  /// - Throws: `ENOSYS` or `EOPNOTSUPP` where it has none or it is switched off.
  package static func version() throws(Errno) -> Int {
    Int(try check("use Landlock") { linux_landlock_version() })
  }

  /// The first version with rules for TCP.
  package static let networkVersion = 4
  /// The first version that keeps signals and abstract sockets inside.
  package static let scopeVersion = 6

  /// Opens the places and makes the ruleset for `SubprocessConfiguration.landlock`; a place that is not there
  /// is left out. Blocks.
  ///
  /// - Parameter version: what the kernel has; everything that it knows is refused where no rule allows it.
  package func makeRuleset(version: Int) throws(Errno) -> FileDescriptor {
    let all = Rights.files(version)
    let ruleset = FileDescriptor(
      owning: try check("make a Landlock ruleset") {
        linux_landlock_ruleset(
          all, refusesNetwork && version >= Self.networkVersion ? Rights.network : 0,
          version >= Self.scopeVersion ? Rights.scopes : 0)
      })
    for rule in rules { try Self.add(rule, to: ruleset, all) }
    return ruleset
  }

  private static func add(
    _ rule: Rule, to ruleset: borrowing FileDescriptor, _ all: UInt64
  ) throws(Errno) {
    let number = ruleset.rawValue
    do throws(Errno) {
      let place = try FileDescriptor.openPath(rule.path, follow: true)
      let isFolder = try place.attributes().kind == .directory
      let rights = Rights.of(rule.access) & all & (isFolder ? .max : Rights.ofFiles)
      let file = place.rawValue
      _ = try check("open a place in a Landlock ruleset", rule.path) {
        linux_landlock_allow(number, rights, file)
      }
      withExtendedLifetime(place) {}
    } catch {
      // What is not there, or out of this process's own reach, need not be opened.
      guard [ENOENT, EACCES, ENOTDIR].contains(error.code) else { throw error }
    }
  }

  /// The bits of `LANDLOCK_ACCESS_FS_*` and `LANDLOCK_SCOPE_*`, by the version that brought them.
  enum Rights {
    static let execute: UInt64 = 1 << 0
    static let writeFile: UInt64 = 1 << 1
    static let readFile: UInt64 = 1 << 2
    static let readFolder: UInt64 = 1 << 3
    static let remove: UInt64 = 1 << 4 | 1 << 5
    static let makeDevices: UInt64 = 1 << 6 | 1 << 11
    /// Folders, files, sockets, pipes and links.
    static let make: UInt64 = 1 << 7 | 1 << 8 | 1 << 9 | 1 << 10 | 1 << 12
    /// Version 2: moving between folders.
    static let refer: UInt64 = 1 << 13
    /// Version 3.
    static let truncate: UInt64 = 1 << 14
    /// Version 5: ioctl on devices.
    static let control: UInt64 = 1 << 15

    /// What can be granted for something that is no folder.
    static let ofFiles = execute | writeFile | readFile | truncate | control
    /// Version 4: bind and connect of TCP.
    static let network: UInt64 = 1 << 0 | 1 << 1
    /// Version 6: abstract sockets and signals.
    static let scopes: UInt64 = 1 << 0 | 1 << 1

    /// Everything that a version knows to refuse.
    static func files(_ version: Int) -> UInt64 {
      var all = execute | writeFile | readFile | readFolder | remove | makeDevices | make
      if version >= 2 { all |= refer }
      if version >= 3 { all |= truncate }
      if version >= 5 { all |= control }
      return all
    }

    static func of(_ access: Access) -> UInt64 {
      switch access {
      case .read: execute | readFile | readFolder
      case .write: execute | readFile | readFolder | writeFile | truncate | remove | make | refer | control
      case .device: readFile | readFolder | writeFile | truncate | control
      }
    }
  }
}
