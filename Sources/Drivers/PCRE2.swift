import Posix

/// libpcre2-8, the library of Perl-compatible regular expressions: pcre2api(3).
package struct PCRE2: Sendable {
  /// Bounds that keep a hostile pattern from taking a thread for itself.
  package struct Limits: Sendable, Equatable {
    /// Longest pattern, in bytes.
    package var patternBytes = 1024
    /// Backtracking steps from one start position.
    package var steps: UInt32 = 1_000_000
    /// Depth of nested backtracking, which is memory.
    package var depth: UInt32 = 100_000
    /// Memory for backtracking, in KiB.
    package var heapKiB: UInt32 = 16 * 1024
    /// How long one search may take.
    package var searchTime: Duration = .seconds(2)

    /// The limits of missiond.
    package init() {}
  }

  /// The host's library.
  package static let host = PCRE2()

  let library: SharedLibrary<Functions>
  let limits: Limits

  /// Finds the library through `lookup` when the first pattern is compiled.
  package init(lookup: LibraryLookup = .host, limits: Limits = Limits()) {
    self.limits = limits
    library = SharedLibrary(
      ["libpcre2-8.so.0"], package: "libpcre2-8-0", lookup: lookup
    ) { symbols throws(LibraryError) in try Functions(symbols) }
  }

  /// Compiles `pattern` as UTF-8 text with Unicode classes.
  package func compile(
    _ pattern: String, ignoresCase: Bool = false, isMultiline: Bool = false
  ) throws(PCRE2Error) -> PCRE2Pattern {
    let bytes = Array(pattern.utf8)
    guard bytes.count <= limits.patternBytes else {
      throw .patternTooLong(bytes: bytes.count, limit: limits.patternBytes)
    }
    let functions: Functions
    do throws(LibraryError) { functions = try library.functions() } catch { throw .library(error) }
    var options = Option.utf | Option.unicodeClasses | Option.neverSingleByte | Option.useOffsetLimit
    if ignoresCase { options |= Option.ignoresCase }
    if isMultiline { options |= Option.multiline }
    var code: CInt = 0
    var offset = 0
    guard let compiled = functions.compile(bytes, bytes.count, options, &code, &offset, nil) else {
      throw .pattern(message: functions.message(of: code), offset: offset)
    }
    // A failure leaves the interpreter: a host may forbid memory that is both written and run.
    _ = functions.compileJIT(compiled, Option.completeJIT)
    return PCRE2Pattern(compiled, functions: functions, limits: limits)
  }

  enum Option {
    static let ignoresCase: UInt32 = 0x8
    static let multiline: UInt32 = 0x400
    static let unicodeClasses: UInt32 = 0x2_0000
    static let utf: UInt32 = 0x8_0000
    /// No `\C`, which would match half a character.
    static let neverSingleByte: UInt32 = 0x10_0000
    static let useOffsetLimit: UInt32 = 0x80_0000
    static let noUTFCheck: UInt32 = 0x4000_0000
    static let noJIT: UInt32 = 0x2000
    /// For pcre2_jit_compile(3).
    static let completeJIT: UInt32 = 1
  }
}

/// A pattern that libpcre2 refused, or a search that it gave up.
package enum PCRE2Error: Error, Equatable, CustomStringConvertible {
  case library(LibraryError)
  case patternTooLong(bytes: Int, limit: Int)
  /// The library's sentence, and the byte of the pattern at which it stopped.
  case pattern(message: String, offset: Int)
  case textNotUTF8
  case tooManySteps(UInt32)
  case tooDeep
  case tooSlow(Duration)
  case search(message: String)

  package var description: String {
    switch self {
    case .library(let error): error.description
    case .patternTooLong(let bytes, let limit): "\(bytes) bytes are more than the limit of \(limit)"
    case .pattern(let message, let offset): "\(message), at byte \(offset)"
    case .textNotUTF8: "the text to search is not UTF-8"
    case .tooManySteps(let steps):
      "gave up after \(steps) backtracking steps; nested repeats such as (a+)+ cause this"
    case .tooDeep:
      "gave up, since backtracking took too much memory; nested repeats such as (a|b)* cause this"
    case .tooSlow(let time): "gave up after \(time.components.seconds) s; make the pattern simpler"
    case .search(let message): message
    }
  }
}

extension PCRE2 {
  /// The functions of pcre2api(3) that are used.
  struct Functions: Sendable {
    let compile:
      @convention(c) @Sendable (
        UnsafePointer<UInt8>, Int, UInt32, UnsafeMutablePointer<CInt>, UnsafeMutablePointer<Int>,
        OpaquePointer?
      ) -> OpaquePointer?
    let freeCode: @convention(c) @Sendable (OpaquePointer?) -> Void
    let compileJIT: @convention(c) @Sendable (OpaquePointer, UInt32) -> CInt
    let makeMatchData: @convention(c) @Sendable (OpaquePointer, OpaquePointer?) -> OpaquePointer?
    let freeMatchData: @convention(c) @Sendable (OpaquePointer?) -> Void
    let makeMatchContext: @convention(c) @Sendable (OpaquePointer?) -> OpaquePointer?
    let freeMatchContext: @convention(c) @Sendable (OpaquePointer?) -> Void
    let setMatchLimit: @convention(c) @Sendable (OpaquePointer, UInt32) -> CInt
    let setDepthLimit: @convention(c) @Sendable (OpaquePointer, UInt32) -> CInt
    let setHeapLimit: @convention(c) @Sendable (OpaquePointer, UInt32) -> CInt
    let setOffsetLimit: @convention(c) @Sendable (OpaquePointer, Int) -> CInt
    let match:
      @convention(c) @Sendable (
        OpaquePointer, UnsafePointer<UInt8>, Int, Int, UInt32, OpaquePointer, OpaquePointer?
      ) -> CInt
    let offsets: @convention(c) @Sendable (OpaquePointer) -> UnsafeMutablePointer<Int>
    let offsetCount: @convention(c) @Sendable (OpaquePointer) -> UInt32
    let errorMessage: @convention(c) @Sendable (CInt, UnsafeMutablePointer<UInt8>, Int) -> CInt

    init(_ symbols: LibrarySymbols) throws(LibraryError) {
      compile = try symbols.function("pcre2_compile_8")
      freeCode = try symbols.function("pcre2_code_free_8")
      compileJIT = try symbols.function("pcre2_jit_compile_8")
      makeMatchData = try symbols.function("pcre2_match_data_create_from_pattern_8")
      freeMatchData = try symbols.function("pcre2_match_data_free_8")
      makeMatchContext = try symbols.function("pcre2_match_context_create_8")
      freeMatchContext = try symbols.function("pcre2_match_context_free_8")
      setMatchLimit = try symbols.function("pcre2_set_match_limit_8")
      setDepthLimit = try symbols.function("pcre2_set_depth_limit_8")
      setHeapLimit = try symbols.function("pcre2_set_heap_limit_8")
      setOffsetLimit = try symbols.function("pcre2_set_offset_limit_8")
      match = try symbols.function("pcre2_match_8")
      offsets = try symbols.function("pcre2_get_ovector_pointer_8")
      offsetCount = try symbols.function("pcre2_get_ovector_count_8")
      errorMessage = try symbols.function("pcre2_get_error_message_8")
    }

    func message(of code: CInt) -> String {
      var text = [UInt8](repeating: 0, count: 256)
      let count = errorMessage(code, &text, text.count)
      return count > 0 ? String(decoding: text.prefix(Int(count)), as: UTF8.self) : "error \(code)"
    }
  }
}
