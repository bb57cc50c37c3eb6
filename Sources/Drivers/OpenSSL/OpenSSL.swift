/// libssl, for TLS over connections of our own: ssl(7).
package final class OpenSSL: Sendable {
  /// The host's library.
  package static let host = OpenSSL()

  /// Whom a client of TLS believes.
  package enum Trust: Sendable, Equatable {
    /// Anybody.
    case everybody
    /// Who shows a certificate for the name that was asked for, by an authority of the host, or of the file
    /// in PEM form.
    case authorities(file: String?)
    /// The same for any name.
    case anyName(file: String?)
  }

  private let library: SharedLibrary<Functions>

  /// Finds the library through `lookup` at the first connection.
  package init(lookup: LibraryLookup = .host) {
    library = SharedLibrary(["libssl.so.3"], package: "libssl3", lookup: lookup) {
      symbols throws(LibraryError) in try Functions(symbols)
    }
  }

  /// Prepares a client's side; nothing is sent before `handshake`.
  ///
  /// - Parameter host: the name or address that was asked for, which the certificate must be for.
  package func client(host: String, _ trust: Trust) throws(TLSError) -> TLSSession {
    let functions: Functions
    do throws(LibraryError) { functions = try library.functions() } catch { throw .library(error) }
    return try TLSSession(functions, host: host, trust)
  }

  typealias Handle = OpaquePointer

  /// The functions of libssl and libcrypto that are used.
  struct Functions: Sendable {
    let clientMethod: @convention(c) @Sendable () -> Handle?
    let makeContext: @convention(c) @Sendable (Handle?) -> Handle?
    let freeContext: @convention(c) @Sendable (Handle) -> Void
    let trustHost: @convention(c) @Sendable (Handle) -> CInt
    let trustFile: @convention(c) @Sendable (Handle, UnsafePointer<CChar>?, UnsafePointer<CChar>?) -> CInt
    let setVerify: @convention(c) @Sendable (Handle, CInt, UnsafeRawPointer?) -> Void
    let make: @convention(c) @Sendable (Handle) -> Handle?
    let free: @convention(c) @Sendable (Handle) -> Void
    let control: @convention(c) @Sendable (Handle, CInt, CLong, UnsafeMutableRawPointer?) -> CLong
    let setHost: @convention(c) @Sendable (Handle, UnsafePointer<CChar>) -> CInt
    let parameters: @convention(c) @Sendable (Handle) -> Handle?
    let setAddress: @convention(c) @Sendable (Handle?, UnsafePointer<CChar>) -> CInt
    let setStreams: @convention(c) @Sendable (Handle, Handle?, Handle?) -> Void
    let memoryMethod: @convention(c) @Sendable () -> Handle?
    let makeStream: @convention(c) @Sendable (Handle?) -> Handle?
    let readStream: @convention(c) @Sendable (Handle, UnsafeMutableRawPointer?, CInt) -> CInt
    let writeStream: @convention(c) @Sendable (Handle, UnsafeRawPointer?, CInt) -> CInt
    let connect: @convention(c) @Sendable (Handle) -> CInt
    let read: @convention(c) @Sendable (Handle, UnsafeMutableRawPointer?, CInt) -> CInt
    let write: @convention(c) @Sendable (Handle, UnsafeRawPointer?, CInt) -> CInt
    let errorOf: @convention(c) @Sendable (Handle, CInt) -> CInt
    let verifyResult: @convention(c) @Sendable (Handle) -> CLong
    let verifyText: @convention(c) @Sendable (CLong) -> UnsafePointer<CChar>?
    let nextError: @convention(c) @Sendable () -> CUnsignedLong
    let errorText: @convention(c) @Sendable (CUnsignedLong) -> UnsafePointer<CChar>?
    let clearErrors: @convention(c) @Sendable () -> Void

    init(_ symbols: LibrarySymbols) throws(LibraryError) {
      clientMethod = try symbols.function("TLS_client_method")
      makeContext = try symbols.function("SSL_CTX_new")
      freeContext = try symbols.function("SSL_CTX_free")
      trustHost = try symbols.function("SSL_CTX_set_default_verify_paths")
      trustFile = try symbols.function("SSL_CTX_load_verify_locations")
      setVerify = try symbols.function("SSL_CTX_set_verify")
      make = try symbols.function("SSL_new")
      free = try symbols.function("SSL_free")
      control = try symbols.function("SSL_ctrl")
      setHost = try symbols.function("SSL_set1_host")
      parameters = try symbols.function("SSL_get0_param")
      setAddress = try symbols.function("X509_VERIFY_PARAM_set1_ip_asc")
      setStreams = try symbols.function("SSL_set_bio")
      memoryMethod = try symbols.function("BIO_s_mem")
      makeStream = try symbols.function("BIO_new")
      readStream = try symbols.function("BIO_read")
      writeStream = try symbols.function("BIO_write")
      connect = try symbols.function("SSL_connect")
      read = try symbols.function("SSL_read")
      write = try symbols.function("SSL_write")
      errorOf = try symbols.function("SSL_get_error")
      verifyResult = try symbols.function("SSL_get_verify_result")
      verifyText = try symbols.function("X509_verify_cert_error_string")
      nextError = try symbols.function("ERR_get_error")
      errorText = try symbols.function("ERR_reason_error_string")
      clearErrors = try symbols.function("ERR_clear_error")
    }
  }
}

/// Why there is no TLS.
package enum TLSError: Error, Equatable, CustomStringConvertible {
  case library(LibraryError)
  /// The certificate is not believed; the library's reason.
  case certificate(String)
  /// Everything else, in the library's words.
  case broken(String)

  package var description: String {
    switch self {
    case .library(let error): error.description
    case .certificate(let reason): "the server's certificate is not trusted: \(reason)"
    case .broken(let reason): "no TLS connection could be made: \(reason)"
    }
  }
}
