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
    let act:
      @convention(c) @Sendable (
        UnsafeMutableRawPointer, CInt, CInt, UnsafeMutablePointer<CInt>
      ) -> CInt
    let perform: @convention(c) @Sendable (UnsafeMutableRawPointer, UnsafeMutablePointer<CInt>) -> CInt
    let pause: @convention(c) @Sendable (UnsafeMutableRawPointer, CInt) -> CInt
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
    let makeURL: @convention(c) @Sendable () -> UnsafeMutableRawPointer?
    let freeURL: @convention(c) @Sendable (UnsafeMutableRawPointer) -> Void
    let setURL:
      @convention(c) @Sendable (UnsafeMutableRawPointer, CInt, UnsafePointer<CChar>, CUnsignedInt) -> CInt
    let getURL:
      @convention(c) @Sendable (
        UnsafeMutableRawPointer, CInt, UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>, CUnsignedInt
      ) -> CInt
    let freeText: @convention(c) @Sendable (UnsafeMutableRawPointer?) -> Void
    let freeList: @convention(c) @Sendable (UnsafeMutableRawPointer?) -> Void
    /// Variadic, so only their addresses: curl_easy_setopt(3), curl_easy_getinfo(3).
    private let setOption: UInt
    private let getInformation: UInt
    /// Variadic as well: curl_multi_setopt(3).
    private let setMultiOption: UInt

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
      act = try symbols.function("curl_multi_socket_action")
      perform = try symbols.function("curl_multi_perform")
      pause = try symbols.function("curl_easy_pause")
      readMessage = try symbols.function("curl_multi_info_read")
      append = try symbols.function("curl_slist_append")
      freeList = try symbols.function("curl_slist_free_all")
      makeURL = try symbols.function("curl_url")
      freeURL = try symbols.function("curl_url_cleanup")
      setURL = try symbols.function("curl_url_set")
      getURL = try symbols.function("curl_url_get")
      freeText = try symbols.function("curl_free")
      send = try symbols.function("curl_easy_send")
      receive = try symbols.function("curl_easy_recv")
      setOption = try symbols.function("curl_easy_setopt")
      getInformation = try symbols.function("curl_easy_getinfo")
      setMultiOption = try symbols.function("curl_multi_setopt")
    }

    func set(_ option: CurlOption, _ value: Int, on easy: UnsafeMutableRawPointer) -> CInt {
      linux_call_with_long(UnsafeMutableRawPointer(bitPattern: setOption), easy, option.rawValue, value)
    }

    func set(_ option: CurlOption, _ value: UnsafeRawPointer?, on easy: UnsafeMutableRawPointer) -> CInt {
      linux_call_with_pointer(UnsafeMutableRawPointer(bitPattern: setOption), easy, option.rawValue, value)
    }

    /// No option of a multi handle that is used here can be refused.
    func set(_ option: CurlMultiOption, _ value: Int, of multi: UnsafeMutableRawPointer) {
      _ = linux_call_with_long(
        UnsafeMutableRawPointer(bitPattern: setMultiOption), multi, option.rawValue, value)
    }

    func set(_ option: CurlMultiOption, _ value: UnsafeRawPointer?, of multi: UnsafeMutableRawPointer) {
      _ = linux_call_with_pointer(
        UnsafeMutableRawPointer(bitPattern: setMultiOption), multi, option.rawValue, value)
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

    /// The address that `place` means beside the address `base`: curl_url_set(3). Nil where it means none.
    func resolve(_ place: String, against base: String?) -> String? {
      guard let base, let url = makeURL() else { return nil }
      defer { freeURL(url) }
      // CURLUPART_URL; CURLU_NON_SUPPORT_SCHEME, since whoever follows judges the scheme; CURLU_URLENCODE.
      guard setURL(url, 0, base, 0) == 0, setURL(url, 0, place, 1 << 3 | 1 << 7) == 0 else { return nil }
      var text: UnsafeMutablePointer<CChar>?
      guard getURL(url, 0, &text, 0) == 0, let text else { return nil }
      defer { freeText(text) }
      return String(cString: text)
    }
  }
}
