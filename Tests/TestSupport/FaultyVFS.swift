import CSQLite
import Glibc

/// A disk for SQLite that fails when a test says so: writes, syncs and truncations count, and a plan decides.
///
/// It wraps the default VFS under a name of its own, so that tests do not disturb each other; hand `name` to
/// `Database.Configuration.vfs`. <https://sqlite.org/vfs.html>
package final class FaultyVFS: @unchecked Sendable {
  // `@unchecked Sendable`: `plan` and `count` are touched with `mutex` held; the rest is set once.

  /// Which of the counted calls fail.
  package enum Plan: Sendable {
    case none
    /// The call with this number fails, the next ones work again.
    case once(at: Int, code: Int32)
    /// Every call from this number on fails, until the plan is changed.
    case from(Int, code: Int32)
    /// None fails; whoever watches is told each call's number before it happens.
    case watched(@Sendable (_ number: Int) -> Void)
  }

  /// SQLITE_IOERR_WRITE, which Swift does not import.
  package static let writeError = SQLITE_IOERR | 3 << 8
  /// SQLITE_IOERR_FSYNC, which Swift does not import.
  package static let syncError = SQLITE_IOERR | 4 << 8

  /// What SQLite knows this disk as.
  package let name: String

  private let base: UnsafeMutablePointer<sqlite3_vfs>
  private let vfs: UnsafeMutablePointer<sqlite3_vfs>
  private let cName: UnsafeMutablePointer<CChar>
  private let mutex: UnsafeMutablePointer<pthread_mutex_t>
  private var plan = Plan.none
  private var count = 0

  /// Registers a disk that works until told otherwise. It stays registered as long as the process lives.
  package init() {
    guard let base = sqlite3_vfs_find(nil) else { preconditionFailure("SQLite has no default VFS") }
    self.base = base
    vfs = .allocate(capacity: 1)
    mutex = .allocate(capacity: 1)
    pthread_mutex_init(mutex, nil)
    name = "faulty-\(UInt(bitPattern: vfs))"
    cName = strdup(name)
    vfs.initialize(to: base.pointee)
    vfs.pointee.zName = UnsafePointer(cName)
    vfs.pointee.szOsFile = FaultyFile.headerBytes + base.pointee.szOsFile
    vfs.pointee.pNext = nil
    vfs.pointee.pAppData = Unmanaged.passRetained(self).toOpaque()
    vfs.pointee.xOpen = { vfs, path, file, flags, outFlags in
      guard let vfs, let file else { return SQLITE_MISUSE }
      return FaultyVFS.of(vfs).open(path, file, flags, outFlags)
    }
    vfs.pointee.xDelete = { vfs, path, sync in
      guard let vfs else { return SQLITE_MISUSE }
      let faulty = FaultyVFS.of(vfs)
      if let code = faulty.nextFault() { return code }
      return faulty.base.pointee.xDelete(faulty.base, path, sync)
    }
    vfs.pointee.xAccess = { vfs, path, flags, result in
      guard let vfs else { return SQLITE_MISUSE }
      let base = FaultyVFS.of(vfs).base
      return base.pointee.xAccess(base, path, flags, result)
    }
    vfs.pointee.xFullPathname = { vfs, path, count, result in
      guard let vfs else { return SQLITE_MISUSE }
      let base = FaultyVFS.of(vfs).base
      return base.pointee.xFullPathname(base, path, count, result)
    }
    sqlite3_vfs_register(vfs, 0)
  }

  /// Counts from 0 again, and fails as `plan` says.
  package func fail(_ plan: Plan) {
    locked {
      self.plan = plan
      count = 0
    }
  }

  /// How many writes, syncs, truncations and deletions there were since the last `fail`.
  package var calls: Int { locked { count } }

  fileprivate func nextFault() -> Int32? {
    locked {
      count += 1
      switch plan {
      case .none: return nil
      case .once(let number, let code): return count == number ? code : nil
      case .from(let number, let code): return count >= number ? code : nil
      case .watched(let look):
        look(count)
        return nil
      }
    }
  }

  private func locked<Result>(_ body: () -> Result) -> Result {
    pthread_mutex_lock(mutex)
    defer { pthread_mutex_unlock(mutex) }
    return body()
  }

  private static func of(_ vfs: UnsafeMutablePointer<sqlite3_vfs>) -> FaultyVFS {
    Unmanaged<FaultyVFS>.fromOpaque(vfs.pointee.pAppData).takeUnretainedValue()
  }

  private func open(
    _ path: UnsafePointer<CChar>?, _ file: UnsafeMutablePointer<sqlite3_file>, _ flags: Int32,
    _ outFlags: UnsafeMutablePointer<Int32>?
  ) -> Int32 {
    file.pointee.pMethods = nil
    let faulty = FaultyFile(file)
    let code = base.pointee.xOpen(base, path, faulty.real, flags, outFlags)
    guard code == SQLITE_OK else { return code }
    faulty.owner = self
    file.pointee.pMethods = UnsafePointer(FaultyFile.methods)
    return SQLITE_OK
  }
}

/// An open file: SQLite's header, a pointer to the disk, then the real file.
private struct FaultyFile {
  static let headerBytes: Int32 = 16
  let raw: UnsafeMutableRawPointer

  init(_ file: UnsafeMutablePointer<sqlite3_file>) { raw = UnsafeMutableRawPointer(file) }

  var real: UnsafeMutablePointer<sqlite3_file> {
    (raw + Int(Self.headerBytes)).assumingMemoryBound(to: sqlite3_file.self)
  }

  var owner: FaultyVFS {
    get { Unmanaged.fromOpaque((raw + 8).load(as: UnsafeRawPointer.self)).takeUnretainedValue() }
    nonmutating set {
      (raw + 8).storeBytes(
        of: Unmanaged.passUnretained(newValue).toOpaque(), as: UnsafeMutableRawPointer.self)
    }
  }

  var call: sqlite3_io_methods { real.pointee.pMethods.pointee }

  /// Never written after it was made, and never freed: SQLite's files point at it.
  nonisolated(unsafe) static let methods: UnsafeMutablePointer<sqlite3_io_methods> = {
    let methods = UnsafeMutablePointer<sqlite3_io_methods>.allocate(capacity: 1)
    methods.initialize(to: sqlite3_io_methods())
    methods.pointee.iVersion = 2  // with shared memory for the log, without memory mapping
    methods.pointee.xClose = { FaultyFile($0!).call.xClose(FaultyFile($0!).real) }
    methods.pointee.xRead = { FaultyFile($0!).call.xRead(FaultyFile($0!).real, $1, $2, $3) }
    methods.pointee.xWrite = { file, bytes, count, offset in
      let file = FaultyFile(file!)
      return file.owner.nextFault() ?? file.call.xWrite(file.real, bytes, count, offset)
    }
    methods.pointee.xTruncate = { file, size in
      let file = FaultyFile(file!)
      return file.owner.nextFault() ?? file.call.xTruncate(file.real, size)
    }
    methods.pointee.xSync = { file, flags in
      let file = FaultyFile(file!)
      return file.owner.nextFault() ?? file.call.xSync(file.real, flags)
    }
    methods.pointee.xFileSize = { FaultyFile($0!).call.xFileSize(FaultyFile($0!).real, $1) }
    methods.pointee.xLock = { FaultyFile($0!).call.xLock(FaultyFile($0!).real, $1) }
    methods.pointee.xUnlock = { FaultyFile($0!).call.xUnlock(FaultyFile($0!).real, $1) }
    methods.pointee.xCheckReservedLock = { FaultyFile($0!).call.xCheckReservedLock(FaultyFile($0!).real, $1) }
    methods.pointee.xFileControl = { FaultyFile($0!).call.xFileControl(FaultyFile($0!).real, $1, $2) }
    methods.pointee.xSectorSize = { FaultyFile($0!).call.xSectorSize(FaultyFile($0!).real) }
    methods.pointee.xDeviceCharacteristics = {
      FaultyFile($0!).call.xDeviceCharacteristics(FaultyFile($0!).real)
    }
    methods.pointee.xShmMap = { FaultyFile($0!).call.xShmMap(FaultyFile($0!).real, $1, $2, $3, $4) }
    methods.pointee.xShmLock = { FaultyFile($0!).call.xShmLock(FaultyFile($0!).real, $1, $2, $3) }
    methods.pointee.xShmBarrier = { FaultyFile($0!).call.xShmBarrier(FaultyFile($0!).real) }
    methods.pointee.xShmUnmap = { FaultyFile($0!).call.xShmUnmap(FaultyFile($0!).real, $1) }
    return methods
  }()
}
