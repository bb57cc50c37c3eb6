extension Postgres {
  typealias Handle = OpaquePointer
  typealias Text = UnsafePointer<CChar>

  /// The functions of libpq that are used: PostgreSQL's documentation, chapter "libpq".
  struct Functions: Sendable {
    let connectStart: @convention(c) @Sendable (UnsafePointer<Text?>, UnsafePointer<Text?>, CInt) -> Handle?
    let connectPoll: @convention(c) @Sendable (Handle) -> CInt
    let status: @convention(c) @Sendable (Handle) -> CInt
    let socket: @convention(c) @Sendable (Handle) -> CInt
    let errorMessage: @convention(c) @Sendable (Handle) -> Text?
    let finish: @convention(c) @Sendable (Handle) -> Void
    let setNonblocking: @convention(c) @Sendable (Handle, CInt) -> CInt
    let setNoticeReceiver:
      @convention(c) @Sendable (
        Handle, @convention(c) (UnsafeMutableRawPointer?, Handle?) -> Void, UnsafeMutableRawPointer?
      ) -> UnsafeRawPointer?
    let sendQuery: @convention(c) @Sendable (Handle, Text) -> CInt
    let sendPrepare: @convention(c) @Sendable (Handle, Text, Text, CInt, UnsafePointer<UInt32>?) -> CInt
    let sendDescribe: @convention(c) @Sendable (Handle, Text) -> CInt
    let sendPrepared:
      @convention(c) @Sendable (
        Handle, Text, CInt, UnsafePointer<Text?>?, UnsafePointer<CInt>?, UnsafePointer<CInt>?, CInt
      ) -> CInt
    let flush: @convention(c) @Sendable (Handle) -> CInt
    let consumeInput: @convention(c) @Sendable (Handle) -> CInt
    let isBusy: @convention(c) @Sendable (Handle) -> CInt
    let getResult: @convention(c) @Sendable (Handle) -> Handle?
    let clear: @convention(c) @Sendable (Handle) -> Void
    let resultStatus: @convention(c) @Sendable (Handle) -> CInt
    let errorField: @convention(c) @Sendable (Handle, CInt) -> Text?
    let resultError: @convention(c) @Sendable (Handle) -> Text?
    let fieldCount: @convention(c) @Sendable (Handle) -> CInt
    let fieldName: @convention(c) @Sendable (Handle, CInt) -> Text?
    let fieldType: @convention(c) @Sendable (Handle, CInt) -> UInt32
    let tupleCount: @convention(c) @Sendable (Handle) -> CInt
    let isNull: @convention(c) @Sendable (Handle, CInt, CInt) -> CInt
    let value: @convention(c) @Sendable (Handle, CInt, CInt) -> UnsafePointer<UInt8>?
    let length: @convention(c) @Sendable (Handle, CInt, CInt) -> CInt
    let affected: @convention(c) @Sendable (Handle) -> Text?
    let singleRowMode: @convention(c) @Sendable (Handle) -> CInt
    let parameterCount: @convention(c) @Sendable (Handle) -> CInt
    let parameterType: @convention(c) @Sendable (Handle, CInt) -> UInt32
    let getCancel: @convention(c) @Sendable (Handle) -> Handle?
    let cancel: @convention(c) @Sendable (Handle, UnsafeMutablePointer<CChar>, CInt) -> CInt
    let freeCancel: @convention(c) @Sendable (Handle) -> Void

    init(_ symbols: LibrarySymbols) throws(LibraryError) {
      connectStart = try symbols.function("PQconnectStartParams")
      connectPoll = try symbols.function("PQconnectPoll")
      status = try symbols.function("PQstatus")
      socket = try symbols.function("PQsocket")
      errorMessage = try symbols.function("PQerrorMessage")
      finish = try symbols.function("PQfinish")
      setNonblocking = try symbols.function("PQsetnonblocking")
      setNoticeReceiver = try symbols.function("PQsetNoticeReceiver")
      sendQuery = try symbols.function("PQsendQuery")
      sendPrepare = try symbols.function("PQsendPrepare")
      sendDescribe = try symbols.function("PQsendDescribePrepared")
      sendPrepared = try symbols.function("PQsendQueryPrepared")
      flush = try symbols.function("PQflush")
      consumeInput = try symbols.function("PQconsumeInput")
      isBusy = try symbols.function("PQisBusy")
      getResult = try symbols.function("PQgetResult")
      clear = try symbols.function("PQclear")
      resultStatus = try symbols.function("PQresultStatus")
      errorField = try symbols.function("PQresultErrorField")
      resultError = try symbols.function("PQresultErrorMessage")
      fieldCount = try symbols.function("PQnfields")
      fieldName = try symbols.function("PQfname")
      fieldType = try symbols.function("PQftype")
      tupleCount = try symbols.function("PQntuples")
      isNull = try symbols.function("PQgetisnull")
      value = try symbols.function("PQgetvalue")
      length = try symbols.function("PQgetlength")
      affected = try symbols.function("PQcmdTuples")
      singleRowMode = try symbols.function("PQsetSingleRowMode")
      parameterCount = try symbols.function("PQnparams")
      parameterType = try symbols.function("PQparamtype")
      getCancel = try symbols.function("PQgetCancel")
      cancel = try symbols.function("PQcancel")
      freeCancel = try symbols.function("PQfreeCancel")
    }
  }
}
