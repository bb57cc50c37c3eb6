import CLinux
import Glibc
import Posix

/// libxslt, the library of XSLT 1.0.
///
/// Stylesheets may neither read nor write files or network. One transformation runs at a time: the function
/// for a stylesheet's errors is one for all threads.
package struct XSLT: Sendable {
  /// The host's library.
  package static let host = XSLT()

  private let library: SharedLibrary<Functions>
  private let turn = Lock(())

  /// Steps of XPath evaluations in one transformation.
  private static let stepLimit: UInt = 10_000_000
  /// Where `xsltTransformContext.opLimit` stands (xsltInternals.h); there from 1.1.34 on.
  private static let stepLimitOffset = 472

  /// Finds the library through `lookup` when the first stylesheet is used.
  package init(lookup: LibraryLookup = .host) {
    library = SharedLibrary(["libxslt.so.1"], package: "libxslt1.1", lookup: lookup) {
      symbols throws(LibraryError) in try Functions(symbols)
    }
  }

  /// Transforms `document` by a stylesheet, which is taken over, and gives the text that comes out.
  package func transform(_ document: XMLDocument, by stylesheet: XMLDocument) throws(XMLError) -> String {
    let functions: Functions
    do throws(LibraryError) { functions = try library.functions() } catch { throw .library(error) }
    XMLRefusals.begin()
    let result = turn.withLock { _ in
      Result { () throws(XMLError) in
        try transform(document, by: stylesheet, functions)
      }
    }
    if let address = XMLRefusals.end() {
      throw .stylesheet("refers to \"\(address)\"; imports and documents from elsewhere are not loaded")
    }
    return try result.get()
  }

  private func transform(
    _ document: XMLDocument, by stylesheet: XMLDocument, _ functions: Functions
  ) throws(XMLError) -> String {
    let messages = Messages()
    functions.setErrorFunction(messages.pointer, functions.collect)
    defer { functions.setErrorFunction(nil, functions.collect) }
    let source = stylesheet.release()
    guard let style = functions.parse(source) else {
      // What is no stylesheet is not taken over (xsltParseStylesheetDoc).
      _ = XMLOwner(source, functions.freeDocument)
      throw .stylesheet(messages.text(otherwise: "it is no stylesheet"))
    }
    defer { functions.freeStylesheet(style) }
    guard let context = functions.makeContext(style, document.pointer), let rights = functions.makeRights()
    else { throw .transformation("out of memory") }
    defer {
      functions.freeContext(context)
      functions.freeRights(rights)
    }
    for right in Self.rights { _ = functions.setRight(rights, right, functions.forbid) }
    guard functions.setRights(rights, context) == 0 else { throw .transformation("out of memory") }
    UnsafeMutableRawPointer(context).storeBytes(
      of: Self.stepLimit, toByteOffset: Self.stepLimitOffset, as: UInt.self)
    let made = functions.apply(style, document.pointer, nil, nil, nil, context)
    let result = XMLOwner(made, functions.freeDocument)
    let state = UnsafeRawPointer(context).load(fromByteOffset: Functions.stateOffset, as: CInt.self)
    guard made != nil, state == 0 else {
      throw .transformation(messages.text(otherwise: "the stylesheet stopped the transformation"))
    }
    return try text(of: result, style, functions)
  }

  private func text(
    of result: XMLOwner, _ style: OpaquePointer, _ functions: Functions
  ) throws(XMLError) -> String {
    var bytes: UnsafeMutablePointer<UInt8>?
    var count: CInt = 0
    guard functions.save(&bytes, &count, result.pointer, style) == 0 else {
      throw .transformation("the result cannot be written as text")
    }
    defer { free(bytes) }
    guard let bytes else { return "" }
    return String(decoding: UnsafeBufferPointer(start: bytes, count: Int(count)), as: UTF8.self)
  }

  /// xsltSecurityOption: to read and write files, make folders, read and write the network.
  private static let rights: ClosedRange<CInt> = 1...5

  /// What the library reports, as printf(3) would print it.
  private final class Messages {
    let pointer = UnsafeMutablePointer<linux_messages>.allocate(capacity: 1)

    init() { pointer.initialize(to: linux_messages()) }
    deinit { pointer.deallocate() }

    func text(otherwise: String) -> String {
      let length = pointer.pointee.length
      let text = withUnsafeBytes(of: &pointer.pointee.text) {
        String(decoding: $0.prefix(length), as: UTF8.self)
      }
      let plain = XMLNotes.plain(text)
      return plain.isEmpty ? otherwise : plain
    }
  }

  /// A document that is freed when nobody holds it.
  private final class XMLOwner {
    let pointer: OpaquePointer?
    private let free: XML.Action

    init(_ pointer: OpaquePointer?, _ free: @escaping XML.Action) {
      self.pointer = pointer
      self.free = free
    }

    deinit { if pointer != nil { free(pointer) } }
  }
}

extension XSLT {
  /// The functions of libxslt that are used.
  struct Functions: Sendable {
    /// A printf-like function, passed on and never called from here.
    typealias Printing = @convention(c) @Sendable () -> Void
    /// An xsltSecurityCheck, passed on and never called from here.
    typealias Checking = @convention(c) @Sendable () -> CInt

    /// Where `xsltTransformContext.state` stands: 0 while all is well.
    static let stateOffset = 168

    let parse: XML.Making
    let freeStylesheet: XML.Action
    let freeDocument: XML.Action
    let makeContext: @convention(c) @Sendable (OpaquePointer?, OpaquePointer?) -> OpaquePointer?
    let freeContext: XML.Action
    let makeRights: @convention(c) @Sendable () -> OpaquePointer?
    let freeRights: XML.Action
    let setRight: @convention(c) @Sendable (OpaquePointer?, CInt, Checking) -> CInt
    let setRights: @convention(c) @Sendable (OpaquePointer?, OpaquePointer?) -> CInt
    let forbid: Checking
    let apply:
      @convention(c) @Sendable (
        OpaquePointer?, OpaquePointer?, OpaquePointer?, UnsafePointer<CChar>?, OpaquePointer?, OpaquePointer?
      ) -> OpaquePointer?
    let save:
      @convention(c) @Sendable (
        UnsafeMutablePointer<UnsafeMutablePointer<UInt8>?>, UnsafeMutablePointer<CInt>, OpaquePointer?,
        OpaquePointer?
      ) -> CInt
    let setErrorFunction: @convention(c) @Sendable (UnsafeMutableRawPointer?, Printing) -> Void
    let collect: Printing

    /// The first version whose transformations have a limit of steps: 1.1.34.
    private static let leastVersion: CInt = 10134

    init(_ symbols: LibrarySymbols) throws(LibraryError) {
      guard try symbols.variable("xsltLibxsltVersion").load(as: CInt.self) >= Self.leastVersion else {
        throw .incomplete(
          library: symbols.library, package: symbols.package, function: "limit of steps (1.1.34)")
      }
      parse = try symbols.function("xsltParseStylesheetDoc")
      freeStylesheet = try symbols.function("xsltFreeStylesheet")
      // Of libxml2, which libxslt has brought along.
      freeDocument = try symbols.function("xmlFreeDoc")
      makeContext = try symbols.function("xsltNewTransformContext")
      freeContext = try symbols.function("xsltFreeTransformContext")
      makeRights = try symbols.function("xsltNewSecurityPrefs")
      freeRights = try symbols.function("xsltFreeSecurityPrefs")
      setRight = try symbols.function("xsltSetSecurityPrefs")
      setRights = try symbols.function("xsltSetCtxtSecurityPrefs")
      forbid = try symbols.function("xsltSecurityForbid")
      apply = try symbols.function("xsltApplyStylesheetUser")
      save = try symbols.function("xsltSaveResultToString")
      setErrorFunction = try symbols.function("xsltSetGenericErrorFunc")
      // A variadic C function: Swift cannot name its type, so its address goes through the same cast.
      collect = unsafeBitCast(linux_message_collector(), to: Printing.self)
    }
  }
}
