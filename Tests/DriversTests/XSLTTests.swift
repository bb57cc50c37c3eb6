import Testing

@testable import Drivers

@Suite struct XSLTTests {
  private func transform(_ body: String, _ text: String = "<a><b>x</b></a>", _ xslt: XSLT = .host) throws
    -> String
  {
    let style = """
      <xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform"
        xmlns:exsl="http://exslt.org/common" extension-element-prefixes="exsl">
      <xsl:output method="text"/>\(body)</xsl:stylesheet>
      """
    return try xslt.transform(
      try XML.host.parse(Array(text.utf8), title: "t"), by: try XML.host.parse(Array(style.utf8), title: "s"))
  }

  @Test func `a stylesheet makes text of a document`() throws {
    #expect(
      try transform("<xsl:template match='/'>[<xsl:value-of select='a/b'/>]</xsl:template>") == "[x]")
  }

  @Test func `what is no stylesheet is an error`() throws {
    #expect(throws: XMLError.self) {
      try XSLT.host.transform(
        try XML.host.parse(Array("<a/>".utf8), title: "t"),
        by: try XML.host.parse(Array("<a/>".utf8), title: "s"))
    }
  }

  @Test func `a broken expression is an error`() {
    #expect(throws: XMLError.self) {
      try transform("<xsl:template match='/'><xsl:value-of select='frob('/></xsl:template>")
    }
  }

  @Test func `a message that terminates says so`() throws {
    do {
      _ = try transform(
        "<xsl:template match='/'><xsl:message terminate='yes'>no b</xsl:message></xsl:template>")
      Issue.record("went on")
    } catch { #expect("\(error)".contains("no b")) }
  }

  @Test(arguments: [
    "<xsl:template match='/'><xsl:value-of select=\"document('/etc/passwd')\"/></xsl:template>",
    "<xsl:include href='/etc/passwd'/><xsl:template match='/'/>",
  ])
  func `nothing outside is read`(body: String) {
    do {
      let result = try transform(body)
      #expect(!result.contains("root:"))
    } catch { #expect(!"\(error)".contains("root:x")) }
  }

  @Test func `templates that call each other without end are given up`() {
    #expect(throws: XMLError.self) {
      try transform(
        "<xsl:template match='/'><xsl:call-template name='r'/></xsl:template>"
          + "<xsl:template name='r'><xsl:call-template name='r'/></xsl:template>")
    }
  }

  @Test func `without the library the error names the package`() {
    #expect(
      throws: XMLError.library(
        .missing(
          library: "libxslt.so.1", package: "libxslt1.1",
          reason: "libxslt.so.1: cannot open shared object file: No such file or directory"))
    ) { try transform("", "<a/>", XSLT(lookup: .empty)) }
  }

  @Test func `transformations from many threads take turns`() async {
    await withTaskGroup(of: String?.self) { group in
      for _ in 0..<16 {
        group.addTask {
          try? transform("<xsl:template match='/'><xsl:value-of select='a/b'/></xsl:template>")
        }
      }
      for await text in group { #expect(text == "x") }
    }
  }
}
