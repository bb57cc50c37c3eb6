/// The signatures of the functions that libcurl calls back.
enum CurlCallback {
  typealias Bytes =
    @convention(c) (UnsafeMutableRawPointer?, Int, Int, UnsafeMutableRawPointer?) -> Int
  typealias Seek = @convention(c) (UnsafeMutableRawPointer?, Int, CInt) -> CInt
  typealias OpenSocket = @convention(c) (UnsafeMutableRawPointer?, CInt, UnsafeMutableRawPointer?) -> CInt
  typealias BeforeRequest =
    @convention(c) (
      UnsafeMutableRawPointer?, UnsafeMutablePointer<CChar>?, UnsafeMutablePointer<CChar>?, CInt, CInt
    ) -> CInt
  typealias Socket =
    @convention(c) (UnsafeMutableRawPointer?, CInt, CInt, UnsafeMutableRawPointer?, UnsafeMutableRawPointer?)
    -> CInt
  typealias Timer = @convention(c) (UnsafeMutableRawPointer?, Int, UnsafeMutableRawPointer?) -> CInt

  /// The address of a function, as curl_easy_setopt(3) takes it.
  static func pointer<Function>(_ function: Function) -> UnsafeRawPointer {
    precondition(MemoryLayout<Function>.size == MemoryLayout<UnsafeRawPointer>.size, "a C function pointer")
    // curl_easy_setopt(3) takes functions as it takes data; the sizes are equal.
    return unsafeBitCast(function, to: UnsafeRawPointer.self)
  }
}
