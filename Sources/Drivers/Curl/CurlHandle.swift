import Posix

/// An easy handle in a multi handle of its own, which holds its connections: libcurl-multi(3).
///
/// With a multi handle a transfer can stop in the middle, and any thread can wake it.
// The pointers never change; one transfer at a time uses them, except that curl_multi_wakeup(3) may be called
// from any thread: hence unchecked.
final class CurlHandle: @unchecked Sendable {
  let functions: Curl.Functions
  let easy: UnsafeMutableRawPointer
  let multi: UnsafeMutableRawPointer

  init(_ functions: Curl.Functions) throws(CurlError) {
    self.functions = functions
    let noMemory = CurlError.transfer(code: 27, message: "out of memory", errno: 0)
    guard let easy = functions.make() else { throw noMemory }
    guard let multi = functions.makeMulti() else {
      functions.free(easy)
      throw noMemory
    }
    self.easy = easy
    self.multi = multi
  }

  deinit {
    functions.free(easy)
    _ = functions.freeMulti(multi)
  }

  func set(_ option: CurlOption, _ value: Int) throws(CurlError) {
    try check(functions.set(option, value, on: easy), option)
  }

  func set(_ option: CurlOption, _ text: String) throws(CurlError) {
    let code = text.withCString { functions.set(option, UnsafeRawPointer($0), on: easy) }
    try check(code, option)
  }

  func set(_ option: CurlOption, pointer: UnsafeRawPointer?) throws(CurlError) {
    try check(functions.set(option, pointer, on: easy), option)
  }

  /// Trusts these certificates alone. libcurl copies them; a kept connection is used again only for the same.
  func trust(_ certificates: [UInt8]) throws(CurlError) {
    /// `struct curl_blob`.
    struct Blob {
      var data: UnsafeRawPointer?
      var length: Int
      var flags: CUnsignedInt
    }
    let code = certificates.withUnsafeBytes { bytes in
      var blob = Blob(data: bytes.baseAddress, length: bytes.count, flags: 1)
      return functions.set(.certificates, &blob, on: easy)
    }
    try check(code, .certificates)
    // Beside them the host's folder of authorities would be looked into.
    try set(.authorityFolder, pointer: nil)
  }

  private func check(_ code: CInt, _ option: CurlOption) throws(CurlError) {
    if code != 0 { throw .unsupported(option: option.rawValue) }
  }
}
