import CLinux

extension Curl {
  /// The functions of libcurl(3) that are used.
  struct Functions: Sendable {
    let initialize: @convention(c) @Sendable (CInt) -> CInt
    let make: @convention(c) @Sendable () -> UnsafeMutableRawPointer?
    let free: @convention(c) @Sendable (UnsafeMutableRawPointer) -> Void
    let reset: @convention(c) @Sendable (UnsafeMutableRawPointer) -> Void
    let text: @convention(c) @Sendable (CInt) -> UnsafePointer<CChar>?
    let makeMulti: @convention(c) @Sendable () -> UnsafeMutableRawPointer?
    let freeMulti: @convention(c) @Sendable (UnsafeMutableRawPointer) -> CInt
    let add: @convention(c) @Sendable (UnsafeMutableRawPointer, UnsafeMutableRawPointer) -> CInt
    let remove: @convention(c) @Sendable (UnsafeMutableRawPointer, UnsafeMutableRawPointer) -> CInt
    let perform: @convention(c) @Sendable (UnsafeMutableRawPointer, UnsafeMutablePointer<CInt>) -> CInt
    let poll:
      @convention(c) @Sendable (
        UnsafeMutableRawPointer, UnsafeMutableRawPointer?, CUnsignedInt, CInt, UnsafeMutablePointer<CInt>?
      ) -> CInt
    let wakeUp: @convention(c) @Sendable (UnsafeMutableRawPointer) -> CInt
    let readMessage:
      @convention(c) @Sendable (UnsafeMutableRawPointer, UnsafeMutablePointer<CInt>) -> UnsafeRawPointer?
    let append:
      @convention(c) @Sendable (UnsafeMutableRawPointer?, UnsafePointer<CChar>) -> UnsafeMutableRawPointer?
    let send:
      @convention(c) @Sendable (
        UnsafeMutableRawPointer, UnsafeRawPointer?, Int, UnsafeMutablePointer<Int>
      ) -> CInt
    let receive:
      @convention(c) @Sendable (
        UnsafeMutableRawPointer, UnsafeMutableRawPointer?, Int, UnsafeMutablePointer<Int>
      ) -> CInt
    let freeList: @convention(c) @Sendable (UnsafeMutableRawPointer?) -> Void
    /// Variadic, so only their addresses: curl_easy_setopt(3), curl_easy_getinfo(3).
    private let setOption: UInt
    private let getInformation: UInt

    init(_ symbols: LibrarySymbols) throws(LibraryError) {
      initialize = try symbols.function("curl_global_init")
      make = try symbols.function("curl_easy_init")
      free = try symbols.function("curl_easy_cleanup")
      reset = try symbols.function("curl_easy_reset")
      text = try symbols.function("curl_easy_strerror")
      makeMulti = try symbols.function("curl_multi_init")
      freeMulti = try symbols.function("curl_multi_cleanup")
      add = try symbols.function("curl_multi_add_handle")
      remove = try symbols.function("curl_multi_remove_handle")
      perform = try symbols.function("curl_multi_perform")
      poll = try symbols.function("curl_multi_poll")
      wakeUp = try symbols.function("curl_multi_wakeup")
      readMessage = try symbols.function("curl_multi_info_read")
      append = try symbols.function("curl_slist_append")
      freeList = try symbols.function("curl_slist_free_all")
      send = try symbols.function("curl_easy_send")
      receive = try symbols.function("curl_easy_recv")
      setOption = try symbols.function("curl_easy_setopt")
      getInformation = try symbols.function("curl_easy_getinfo")
    }

    func set(_ option: CurlOption, _ value: Int, on easy: UnsafeMutableRawPointer) -> CInt {
      linux_call_with_long(UnsafeMutableRawPointer(bitPattern: setOption), easy, option.rawValue, value)
    }

    func set(_ option: CurlOption, _ value: UnsafeRawPointer?, on easy: UnsafeMutableRawPointer) -> CInt {
      linux_call_with_pointer(UnsafeMutableRawPointer(bitPattern: setOption), easy, option.rawValue, value)
    }

    func number(_ information: CurlInformation, of easy: UnsafeMutableRawPointer) -> Int {
      var value = 0
      let code = withUnsafeMutablePointer(to: &value) {
        linux_call_with_pointer(
          UnsafeMutableRawPointer(bitPattern: getInformation), easy, information.rawValue, $0)
      }
      return code == 0 ? value : 0
    }

    func string(_ information: CurlInformation, of easy: UnsafeMutableRawPointer) -> String? {
      var value: UnsafePointer<CChar>?
      let code = withUnsafeMutablePointer(to: &value) {
        linux_call_with_pointer(
          UnsafeMutableRawPointer(bitPattern: getInformation), easy, information.rawValue, $0)
      }
      return code == 0 ? value.map { String(cString: $0) } : nil
    }
  }
}

/// Options of curl_easy_setopt(3): the number of `curl/curl.h`, with the value's type in the ten thousands.
enum CurlOption: CInt {
  case timeout = 155
  case noBody = 44
  case upload = 46
  case post = 47
  case verifiesPeer = 64
  case verifiesHost = 81
  case httpVersion = 84
  case noSignal = 99
  case createsFolders = 110
  case usesTLS = 119
  case skipsPassiveAddress = 137
  case httpAuthentication = 107
  case protocols = 181
  case connectsOnly = 141
  case sshAuthentication = 151
  case keepsPathAsIs = 234
  case quickExit = 322
  case writeData = 10001
  case url = 10002
  case proxy = 10004
  case readData = 10009
  case errorBuffer = 10010
  case headerLines = 10023
  case headerData = 10029
  case method = 10036
  case authorityFolder = 10097
  case acceptedEncodings = 10102
  case openSocketData = 10164
  case seekData = 10168
  case identity = 10153
  case userName = 10173
  case password = 10174
  case knownHosts = 10183
  case writeFunction = 20011
  case readFunction = 20012
  case headerFunction = 20079
  case openSocketFunction = 20163
  case seekFunction = 20167
  case bodySize = 30115
  case resumesAt = 30116
  case postSize = 30120
  case certificates = 40309
}

/// What curl_easy_getinfo(3) tells.
enum CurlInformation: CInt {
  case status = 0x20_0002
  case systemError = 0x20_0019
  case httpVersion = 0x20_002e
  case connects = 0x20_001a
  case contentLength = 0x60_000f
  case activeSocket = 0x50_002c
  case redirectURL = 0x10_001f
  case remoteAddress = 0x10_0020
}
