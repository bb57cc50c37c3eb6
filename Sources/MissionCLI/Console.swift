import Formats
import Glibc
package import Posix

/// Where a subcommand writes: results to standard output, everything else to standard error.
package struct Console: Sendable {
  /// Writes bytes to standard output.
  package let write: @Sendable ([UInt8]) -> Void
  /// Writes bytes to standard error.
  package let writeError: @Sendable ([UInt8]) -> Void
  package let outputIsTerminal: Bool
  package let errorIsTerminal: Bool
  /// Columns of the terminal behind standard error.
  package let width: Int
  /// The process's environment.
  package let environment: [String: String]
  /// Reads standard input to its end, for `FILE` given as `-`.
  package let readInput: @Sendable () -> [UInt8]
  /// Why what was written did not all arrive, as on a full disk; nil as long as it did, or where who
  /// read it left.
  package let outputFailure: @Sendable () -> Errno?
  /// The program around the subcommand; nil in tests of what needs none.
  package let program: Program?

  /// Makes a console; tests bring buffers.
  package init(
    write: @escaping @Sendable ([UInt8]) -> Void, writeError: @escaping @Sendable ([UInt8]) -> Void,
    outputIsTerminal: Bool = false, errorIsTerminal: Bool = false, width: Int = 80,
    environment: [String: String] = [:],
    readInput: @escaping @Sendable () -> [UInt8] = { [] },
    outputFailure: @escaping @Sendable () -> Errno? = { nil }, program: Program? = nil
  ) {
    self.write = write
    self.writeError = writeError
    self.outputIsTerminal = outputIsTerminal
    self.errorIsTerminal = errorIsTerminal
    self.width = width
    self.environment = environment
    self.readInput = readInput
    self.outputFailure = outputFailure
    self.program = program
  }

  /// Colours are used on a terminal, unless `NO_COLOR` is set (no-color.org) or the terminal is dumb.
  package var usesColor: Bool {
    errorIsTerminal && (environment["NO_COLOR"] ?? "").isEmpty && environment["TERM"] != "dumb"
  }

  /// Writes a line of result.
  package func print(_ line: String = "") { write(Array((line + "\n").utf8)) }

  /// Writes a line of message.
  package func note(_ line: String) { writeError(Array((line + "\n").utf8)) }
}

/// How values from missions and servers are shown as text (contract §7).
package enum Shown {
  /// Longest value, in bytes.
  package static let maxBytes = 1024

  /// `text` in one line: control characters escaped, cut at 1 KiB.
  package static func value(_ text: String) -> String {
    guard text.utf8.count > maxBytes else { return TerminalText.escaped(text) }
    var end = text.utf8.index(text.utf8.startIndex, offsetBy: maxBytes)
    while end.samePosition(in: text.unicodeScalars) == nil { end = text.utf8.index(before: end) }
    return TerminalText.escaped(String(text[..<end])) + "… (\(text.utf8.count) bytes)"
  }

  /// A duration as people read it: `85 ms`, `3.2 s`, `4 min 10 s`.
  package static func duration(milliseconds: Int64) -> String {
    switch milliseconds {
    case ..<1000: return "\(milliseconds) ms"
    case ..<60_000: return "\(milliseconds / 1000).\(milliseconds % 1000 / 100) s"
    case ..<3_600_000: return "\(milliseconds / 60_000) min \(milliseconds % 60_000 / 1000) s"
    default: return "\(milliseconds / 3_600_000) h \(milliseconds % 3_600_000 / 60_000) min"
    }
  }
}

extension Console {
  /// The console of this process.
  package static func standard(_ program: Program? = nil) -> Console {
    var size = winsize()
    let hasSize = ioctl(STDERR_FILENO, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 0
    let failure = Lock<Errno?>(nil)
    return Console(
      write: { bytes in
        // What a result lacks in the middle must not be followed by its end.
        guard failure.withLock({ $0 }) == nil, let error = writeAll(bytes, to: STDOUT_FILENO) else { return }
        failure.withLock { $0 = error }
      },
      // Where messages cannot be written, there is nobody to tell.
      writeError: { _ = writeAll($0, to: STDERR_FILENO) },
      outputIsTerminal: isatty(STDOUT_FILENO) == 1, errorIsTerminal: isatty(STDERR_FILENO) == 1,
      width: hasSize ? Int(size.ws_col) : 80, environment: processEnvironment(), readInput: readStandardInput,
      outputFailure: { failure.withLock { $0 }.flatMap { $0.code == EPIPE ? nil : $0 } }, program: program)
  }

  /// Writes all, and returns why it could not.
  private static func writeAll(_ bytes: [UInt8], to descriptor: CInt) -> Errno? {
    var rest = bytes[...]
    while !rest.isEmpty {
      let written = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
      if written < 0, errno == EAGAIN {
        // Who gave us the descriptor made it non-blocking, as some terminals' programs do.
        var ready = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        _ = poll(&ready, 1, -1)
        continue
      }
      if written < 0, errno == EINTR { continue }
      guard written > 0 else { return Errno(errno, "write", "standard output") }
      rest = rest.dropFirst(written)
    }
    return nil
  }

  private static func readStandardInput() -> [UInt8] {
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = buffer.withUnsafeMutableBytes { Glibc.read(STDIN_FILENO, $0.baseAddress, $0.count) }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { return bytes }
      bytes += buffer[..<count]
    }
  }

  private static func processEnvironment() -> [String: String] {
    var result: [String: String] = [:]
    var entry = environ
    while let pointer = entry.pointee {
      let text = String(cString: pointer)
      if let sign = text.firstIndex(of: "=") {
        result[String(text[..<sign])] = String(text[text.index(after: sign)...])
      }
      entry += 1
    }
    return result
  }
}
