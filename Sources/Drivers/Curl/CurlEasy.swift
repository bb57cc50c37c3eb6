import Posix

/// An easy handle that an exchange has to itself for a while: libcurl-easy(3). Used on its loop.
struct CurlEasy {
  let functions: Curl.Functions
  let pointer: UnsafeMutableRawPointer

  func set(_ option: CurlOption, _ value: Int) throws(CurlError) {
    try check(functions.set(option, value, on: pointer), option)
  }

  func set(_ option: CurlOption, _ text: String) throws(CurlError) {
    let code = text.withCString { functions.set(option, UnsafeRawPointer($0), on: pointer) }
    try check(code, option)
  }

  func set(_ option: CurlOption, pointer value: UnsafeRawPointer?) throws(CurlError) {
    try check(functions.set(option, value, on: pointer), option)
  }

  func number(_ information: CurlInformation) -> Int { functions.number(information, of: pointer) }

  func string(_ information: CurlInformation) -> String? { functions.string(information, of: pointer) }

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
      return functions.set(.certificates, &blob, on: pointer)
    }
    try check(code, .certificates)
    // Beside them the host's folder of authorities would be looked into.
    try set(.authorityFolder, pointer: nil)
  }

  /// The error of a code, in `words` where there are any.
  func failure(_ code: CInt, words: String = "") -> CurlError {
    .transfer(
      code: code,
      message: words.isEmpty ? functions.text(code).map { String(cString: $0) } ?? "error \(code)" : words,
      errno: CInt(number(.systemError)))
  }

  private func check(_ code: CInt, _ option: CurlOption) throws(CurlError) {
    if code != 0 { throw .unsupported(option: option.rawValue) }
  }
}

extension CurlEasy {
  /// Sets what `request` says, but for the functions that are called back.
  func configure(_ request: CurlRequest) throws(CurlError) {
    try set(.url, request.url)
    // HTTP and HTTPS alone.
    try set(.protocols, 3)
    // No proxy from the environment, and no exception from one.
    try set(.proxy, "")
    try set(.exceptProxy, "")
    if let proxy = request.proxy { try configure(proxy) }
    try set(.noSignal, 1)
    try set(.keepsPathAsIs, 1)
    try set(.acceptedEncodings, "")
    try set(.timeout, max(1, Int(request.timeout / .milliseconds(1))))
    // A look-up that hangs does not hold up the loop; libraries before 7.87 lack it.
    _ = functions.set(.quickExit, 1, on: pointer)
    // HTTP/2 over TLS where the server speaks it, else HTTP/1.1.
    try set(.httpVersion, request.connectsOnly ? 2 : 4)
    if request.connectsOnly { try set(.connectsOnly, 1) }
    if !request.verifiesTLS {
      try set(.verifiesPeer, 0)
      try set(.verifiesHost, 0)
    } else if let certificates = request.certificates {
      try trust(certificates)
    }
    if let user = request.user {
      try set(.httpAuthentication, 1)
      try set(.userName, user.name)
      try set(.password, user.password)
    }
    if let file = request.file {
      let hasPassword = request.user?.password.isEmpty == false
      try configure(file, hasPassword: hasPassword, bodySize: request.body?.size ?? 0)
    } else {
      if let body = request.body {
        try set(.post, 1)
        try set(.postSize, Int(body.size))
      } else if request.method == "HEAD" {
        try set(.noBody, 1)
      }
      if request.method != "HEAD" { try set(.method, request.method) }
    }
  }
}
