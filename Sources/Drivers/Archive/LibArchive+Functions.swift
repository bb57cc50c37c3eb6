import Glibc

extension LibArchive {
  /// An open archive, read or written.
  typealias Handle = OpaquePointer
  /// A function that does one thing to an archive or an entry.
  typealias Action = @convention(c) @Sendable (Handle?) -> CInt
  /// Takes bytes of an archive: the archive, whoever takes them, the bytes; gives how many were taken.
  typealias TakeFunction =
    @convention(c) @Sendable (Handle?, UnsafeMutableRawPointer?, UnsafeRawPointer?, Int) -> Int
  /// Opens and closes what takes the bytes; not needed here.
  typealias ClientFunction = @convention(c) @Sendable (Handle?, UnsafeMutableRawPointer?) -> CInt
  /// Sets an option of a module.
  typealias Option =
    @convention(c) @Sendable (
      Handle?, UnsafePointer<CChar>?, UnsafePointer<CChar>, UnsafePointer<CChar>?
    ) -> CInt
  /// A text of an entry.
  typealias Text = @convention(c) @Sendable (Handle?) -> UnsafePointer<CChar>?
  /// Sets a text of an entry.
  typealias SetText = @convention(c) @Sendable (Handle?, UnsafePointer<CChar>) -> Void
  /// A number of an entry, or an archive.
  typealias Number = @convention(c) @Sendable (Handle?) -> Int64
  /// Sets a number of an entry.
  typealias SetNumber = @convention(c) @Sendable (Handle?, Int64) -> Void

  /// What calls give back: archive.h.
  enum Code {
    static let end: CInt = 1
    static let ok: CInt = 0
    static let warning: CInt = -20
  }

  /// The functions that read, write and describe.
  struct Functions: Sendable {
    let handle: HandleFunctions
    let reading: ReadingFunctions
    let writing: WritingFunctions
    let entry: EntryFunctions

    init(_ symbols: LibrarySymbols) throws(LibraryError) {
      handle = try HandleFunctions(symbols)
      reading = try ReadingFunctions(symbols)
      writing = try WritingFunctions(symbols)
      entry = try EntryFunctions(symbols)
    }
  }

  /// What archives that are read and those that are written share.
  struct HandleFunctions: Sendable {
    let errorText: Text
    let format: Action
    let filterCode: @convention(c) @Sendable (Handle?, CInt) -> CInt
    let filterBytes: @convention(c) @Sendable (Handle?, CInt) -> Int64

    init(_ symbols: LibrarySymbols) throws(LibraryError) {
      errorText = try symbols.function("archive_error_string")
      format = try symbols.function("archive_format")
      filterCode = try symbols.function("archive_filter_code")
      filterBytes = try symbols.function("archive_filter_bytes")
    }

    /// What the library says went wrong, else `fallback`.
    func message(of archive: Handle, or fallback: String) -> ArchiveError {
      guard let text = errorText(archive) else { return .failed(fallback) }
      let message = String(cString: text)
      return .failed(message.isEmpty ? fallback : message)
    }
  }

  /// archive_read(3).
  struct ReadingFunctions: Sendable {
    let make: @convention(c) @Sendable () -> Handle?
    let free: Action
    let openDescriptor: @convention(c) @Sendable (Handle?, CInt, Int) -> CInt
    let nextHeader: @convention(c) @Sendable (Handle?, UnsafeMutablePointer<Handle?>) -> CInt
    let dataBlock:
      @convention(c) @Sendable (
        Handle?, UnsafeMutablePointer<UnsafeRawPointer?>, UnsafeMutablePointer<Int>,
        UnsafeMutablePointer<Int64>
      ) -> CInt
    let tar, zip, sevenZip, raw, gzip, bzip2, xz, zstandard: Action

    init(_ symbols: LibrarySymbols) throws(LibraryError) {
      make = try symbols.function("archive_read_new")
      free = try symbols.function("archive_read_free")
      openDescriptor = try symbols.function("archive_read_open_fd")
      nextHeader = try symbols.function("archive_read_next_header")
      dataBlock = try symbols.function("archive_read_data_block")
      tar = try symbols.function("archive_read_support_format_tar")
      zip = try symbols.function("archive_read_support_format_zip")
      sevenZip = try symbols.function("archive_read_support_format_7zip")
      raw = try symbols.function("archive_read_support_format_raw")
      gzip = try symbols.function("archive_read_support_filter_gzip")
      bzip2 = try symbols.function("archive_read_support_filter_bzip2")
      xz = try symbols.function("archive_read_support_filter_xz")
      zstandard = try symbols.function("archive_read_support_filter_zstd")
    }
  }

  /// archive_write(3).
  struct WritingFunctions: Sendable {
    let make: @convention(c) @Sendable () -> Handle?
    let fail: Action
    let free: Action
    let close: Action
    let open:
      @convention(c) @Sendable (
        Handle?, UnsafeMutableRawPointer?, ClientFunction?, TakeFunction, ClientFunction?
      ) -> CInt
    let header: @convention(c) @Sendable (Handle?, Handle?) -> CInt
    let data: @convention(c) @Sendable (Handle?, UnsafeRawPointer?, Int) -> Int
    let finishEntry: Action
    let setLastBlock: @convention(c) @Sendable (Handle?, CInt) -> CInt
    let setFilterOption, setFormatOption: Option
    let tar, zip, sevenZip, raw, gzip, bzip2, xz, zstandard: Action

    init(_ symbols: LibrarySymbols) throws(LibraryError) {
      make = try symbols.function("archive_write_new")
      fail = try symbols.function("archive_write_fail")
      free = try symbols.function("archive_write_free")
      close = try symbols.function("archive_write_close")
      open = try symbols.function("archive_write_open")
      header = try symbols.function("archive_write_header")
      data = try symbols.function("archive_write_data")
      finishEntry = try symbols.function("archive_write_finish_entry")
      setLastBlock = try symbols.function("archive_write_set_bytes_in_last_block")
      setFilterOption = try symbols.function("archive_write_set_filter_option")
      setFormatOption = try symbols.function("archive_write_set_format_option")
      tar = try symbols.function("archive_write_set_format_pax_restricted")
      zip = try symbols.function("archive_write_set_format_zip")
      sevenZip = try symbols.function("archive_write_set_format_7zip")
      raw = try symbols.function("archive_write_set_format_raw")
      gzip = try symbols.function("archive_write_add_filter_gzip")
      bzip2 = try symbols.function("archive_write_add_filter_bzip2")
      xz = try symbols.function("archive_write_add_filter_xz")
      zstandard = try symbols.function("archive_write_add_filter_zstd")
    }
  }

  /// archive_entry(3).
  struct EntryFunctions: Sendable {
    let make: @convention(c) @Sendable () -> Handle?
    let free: @convention(c) @Sendable (Handle?) -> Void
    let name, link, hardLink: Text
    let setName, setLink, setHardLink: SetText
    let type, mode: @convention(c) @Sendable (Handle?) -> UInt32
    let setType: @convention(c) @Sendable (Handle?, CUnsignedInt) -> Void
    let setMode: @convention(c) @Sendable (Handle?, UInt32) -> Void
    let size, seconds: Number
    let hasSize, hasTime: Action
    let nanoseconds: @convention(c) @Sendable (Handle?) -> CLong
    let setSize, setUser, setGroup: SetNumber
    let setTime: @convention(c) @Sendable (Handle?, time_t, CLong) -> Void
    let addData: @convention(c) @Sendable (Handle?, Int64, Int64) -> Void

    init(_ symbols: LibrarySymbols) throws(LibraryError) {
      make = try symbols.function("archive_entry_new")
      free = try symbols.function("archive_entry_free")
      name = try symbols.function("archive_entry_pathname")
      link = try symbols.function("archive_entry_symlink")
      hardLink = try symbols.function("archive_entry_hardlink")
      setName = try symbols.function("archive_entry_set_pathname")
      setLink = try symbols.function("archive_entry_set_symlink")
      setHardLink = try symbols.function("archive_entry_set_hardlink")
      type = try symbols.function("archive_entry_filetype")
      mode = try symbols.function("archive_entry_perm")
      setType = try symbols.function("archive_entry_set_filetype")
      setMode = try symbols.function("archive_entry_set_perm")
      size = try symbols.function("archive_entry_size")
      seconds = try symbols.function("archive_entry_mtime")
      hasSize = try symbols.function("archive_entry_size_is_set")
      hasTime = try symbols.function("archive_entry_mtime_is_set")
      nanoseconds = try symbols.function("archive_entry_mtime_nsec")
      setSize = try symbols.function("archive_entry_set_size")
      setUser = try symbols.function("archive_entry_set_uid")
      setGroup = try symbols.function("archive_entry_set_gid")
      setTime = try symbols.function("archive_entry_set_mtime")
      addData = try symbols.function("archive_entry_sparse_add_entry")
    }
  }
}
