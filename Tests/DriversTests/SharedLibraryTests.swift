import Testing

@testable import Drivers

@Suite struct SharedLibraryTests {
  private func library(
    _ soname: String, lookup: LibraryLookup = .host, function: String = "pcre2_match_8"
  ) -> SharedLibrary<@convention(c) @Sendable () -> CInt> {
    SharedLibrary([soname], package: "libsome1", lookup: lookup) { symbols throws(LibraryError) in
      try symbols.function(function)
    }
  }

  @Test func `a library that is not there is an error that names the package`() {
    #expect(
      throws: LibraryError.missing(
        library: "libabsent.so.9", package: "libsome1",
        reason: "libabsent.so.9: cannot open shared object file: No such file or directory")
    ) { try library("libabsent.so.9").functions() }
    do { _ = try library("libabsent.so.9").functions() } catch {
      #expect(error.description == "libabsent.so.9 is not on this host; install libsome1")
    }
  }

  @Test func `a library that cannot be loaded says why`() {
    let error = LibraryError.missing(
      library: "libx.so.1", package: "libx1", reason: "libx.so.1: bad ELF header")
    #expect(error.description == "libx.so.1 cannot be loaded: libx.so.1: bad ELF header; install libx1")
  }

  @Test func `a library without a function that is needed is too old`() {
    #expect(
      throws: LibraryError.incomplete(
        library: "libpcre2-8.so.0", package: "libsome1", function: "pcre2_from_the_future")
    ) { try library("libpcre2-8.so.0", function: "pcre2_from_the_future").functions() }
    let error = LibraryError.incomplete(library: "libx.so.1", package: "libx1", function: "f")
    #expect(error.description == "libx.so.1 is too old: it has no f; install a newer libx1")
  }

  @Test func `an empty host lacks what this one has`() {
    #expect(throws: Never.self) { try library("libpcre2-8.so.0").functions() }
    #expect(throws: LibraryError.self) { try library("libpcre2-8.so.0", lookup: .empty).functions() }
  }

  @Test func `many threads may ask at once`() async {
    let library = library("libpcre2-8.so.0")
    await withTaskGroup(of: Bool.self) { group in
      for _ in 0..<32 { group.addTask { (try? library.functions()) != nil } }
      for await loaded in group { #expect(loaded) }
    }
  }
}
