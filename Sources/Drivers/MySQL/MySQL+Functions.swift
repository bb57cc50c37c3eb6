extension MySQL {
  typealias Handle = OpaquePointer
  typealias Text = UnsafePointer<CChar>
  /// Is told what was read (0) or written (1), of which connection.
  typealias Hook = @convention(c) @Sendable (CInt, Handle?, UnsafePointer<UInt8>?, Int) -> Void

  /// The functions of MariaDB Connector/C that are used.
  struct Functions: Sendable {
    let makeHandle: @convention(c) @Sendable (Handle?) -> Handle?
    let setOption: @convention(c) @Sendable (Handle, CInt, UnsafeRawPointer?) -> CInt
    let connect:
      @convention(c) @Sendable (Handle, Text?, Text?, Text?, Text?, CUnsignedInt, Text?, CUnsignedLong) ->
        Handle?
    let close: @convention(c) @Sendable (Handle) -> Void
    let socket: @convention(c) @Sendable (Handle) -> CInt
    let hook: @convention(c) @Sendable (CChar, Hook) -> CInt
    let clientVersion: @convention(c) @Sendable () -> CUnsignedLong
    let threadID: @convention(c) @Sendable (Handle) -> CUnsignedLong
    let threadEnd: @convention(c) @Sendable () -> Void
    let errorNumber: @convention(c) @Sendable (Handle) -> CUnsignedInt
    let errorText: @convention(c) @Sendable (Handle) -> Text?
    let query: @convention(c) @Sendable (Handle, Text, CUnsignedLong) -> CInt
    let useResult: @convention(c) @Sendable (Handle) -> Handle?
    let freeResult: @convention(c) @Sendable (Handle) -> Void
    let nextResult: @convention(c) @Sendable (Handle) -> CInt
    let makeStatement: @convention(c) @Sendable (Handle) -> Handle?
    let prepare: @convention(c) @Sendable (Handle, Text, CUnsignedLong) -> CInt
    let parameterCount: @convention(c) @Sendable (Handle) -> CUnsignedLong
    let bindParameters: @convention(c) @Sendable (Handle, UnsafeMutableRawPointer) -> CChar
    let execute: @convention(c) @Sendable (Handle) -> CInt
    let metadata: @convention(c) @Sendable (Handle) -> Handle?
    let fieldCount: @convention(c) @Sendable (Handle) -> CUnsignedInt
    let fields: @convention(c) @Sendable (Handle) -> UnsafeRawPointer?
    let bindResult: @convention(c) @Sendable (Handle, UnsafeMutableRawPointer) -> CChar
    let fetch: @convention(c) @Sendable (Handle) -> CInt
    let fetchColumn:
      @convention(c) @Sendable (Handle, UnsafeMutableRawPointer, CUnsignedInt, CUnsignedLong) -> CInt
    let affected: @convention(c) @Sendable (Handle) -> UInt64
    let insertID: @convention(c) @Sendable (Handle) -> UInt64
    let statementErrorNumber: @convention(c) @Sendable (Handle) -> CUnsignedInt
    let statementErrorText: @convention(c) @Sendable (Handle) -> Text?
    let freeStatement: @convention(c) @Sendable (Handle) -> CChar
    /// Says that a column of text holds JSON, which MariaDB has no type for; older libraries lack it.
    let fieldAttribute: (@convention(c) @Sendable (UnsafeMutableRawPointer, UnsafeRawPointer, CInt) -> CInt)?

    init(_ symbols: LibrarySymbols) throws(LibraryError) {
      makeHandle = try symbols.function("mysql_init")
      setOption = try symbols.function("mysql_options")
      connect = try symbols.function("mysql_real_connect")
      close = try symbols.function("mysql_close")
      socket = try symbols.function("mysql_get_socket")
      hook = try symbols.function("ma_pvio_register_callback")
      clientVersion = try symbols.function("mysql_get_client_version")
      threadID = try symbols.function("mysql_thread_id")
      threadEnd = try symbols.function("mysql_thread_end")
      errorNumber = try symbols.function("mysql_errno")
      errorText = try symbols.function("mysql_error")
      query = try symbols.function("mysql_real_query")
      useResult = try symbols.function("mysql_use_result")
      freeResult = try symbols.function("mysql_free_result")
      nextResult = try symbols.function("mysql_next_result")
      makeStatement = try symbols.function("mysql_stmt_init")
      prepare = try symbols.function("mysql_stmt_prepare")
      parameterCount = try symbols.function("mysql_stmt_param_count")
      bindParameters = try symbols.function("mysql_stmt_bind_param")
      execute = try symbols.function("mysql_stmt_execute")
      metadata = try symbols.function("mysql_stmt_result_metadata")
      fieldCount = try symbols.function("mysql_num_fields")
      fields = try symbols.function("mysql_fetch_fields")
      bindResult = try symbols.function("mysql_stmt_bind_result")
      fetch = try symbols.function("mysql_stmt_fetch")
      fetchColumn = try symbols.function("mysql_stmt_fetch_column")
      affected = try symbols.function("mysql_stmt_affected_rows")
      insertID = try symbols.function("mysql_stmt_insert_id")
      statementErrorNumber = try symbols.function("mysql_stmt_errno")
      statementErrorText = try symbols.function("mysql_stmt_error")
      freeStatement = try symbols.function("mysql_stmt_close")
      // Older libraries have it not: JSON columns then come as text.
      fieldAttribute = try? symbols.function("mariadb_field_attr")
    }
  }
}
