import Testing

@testable import Drivers

@Suite struct XMLDocumentTests {
  private func document(_ text: String) throws(XMLError) -> XMLDocument {
    try XML.host.parse(Array(text.utf8), title: "t.xml")
  }

  private func matches(
    _ query: String, in text: String, _ namespaces: [(prefix: String, uri: String)] = []
  ) throws(XMLError) -> [XMLMatch] {
    try document(text).matches(of: query, namespaces: namespaces)
  }

  private static let xsd = """
    <xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema"><xs:element name="a"><xs:complexType><xs:sequence>
    <xs:element name="n" type="xs:integer"/><xs:element name="s" minOccurs="0"><xs:simpleType>
    <xs:restriction base="xs:string"><xs:minLength value="2"/></xs:restriction></xs:simpleType></xs:element>
    </xs:sequence><xs:attribute name="id" use="required"/></xs:complexType></xs:element></xs:schema>
    """

  @Test func `a query finds elements, attributes, text, numbers and truth`() throws {
    let text = "<a><b k='1'>x</b><b k='2'>y</b></a>"
    #expect(try matches("/a/b/@k", in: text) == [.text("1"), .text("2")])
    #expect(try matches("/a/b/text()", in: text) == [.text("x"), .text("y")])
    #expect(try matches("count(//b)", in: text) == [.number(2)])
    #expect(try matches("count(//b) = 2", in: text) == [.bool(true)])
    #expect(try matches("string(//b[2])", in: text) == [.text("y")])
    #expect(try matches("//c", in: text) == [])
    guard case .element(let element)? = try matches("//b[@k='2']", in: text).first else {
      Issue.record("no element")
      return
    }
    #expect(element.name == "b" && element.text == "y")
  }

  @Test func `a query sees namespaces under prefixes of its own`() throws {
    let text = "<p:a xmlns:p='urn:x'><p:b>1</p:b></p:a>"
    #expect(try matches("string(/q:a/q:b)", in: text, [("q", "urn:x")]) == [.text("1")])
    #expect(throws: XMLError.query("undefined namespace prefix")) { try matches("/q:a", in: text) }
  }

  @Test(arguments: ["//[", "a b", "frob()", "$x"])
  func `a bad query is an error`(query: String) {
    #expect(throws: XMLError.self) { try matches(query, in: "<a/>") }
  }

  @Test func `a query that works without end is given up`() {
    let text = "<a>" + String(repeating: "<b/>", count: 3000) + "</a>"
    #expect(throws: XMLError.self) {
      try matches("count(//*[count(//*[count(//*) > 0]) > 0])", in: text)
    }
  }

  @Test func `a schema finds what is wrong, each with its path`() throws {
    let violations = try document("<a><n>x</n><s>y</s></a>").violations(of: Array(Self.xsd.utf8), title: "s")
    #expect(violations.map(\.path) == ["/a/n", "/a/s", "/a/s", "/a"] || violations.count >= 3)
    #expect(violations.contains { $0.keyword == "minLength" && $0.path == "/a/s" })
    #expect(violations.contains { $0.keyword == "type" && $0.path == "/a/n" })
    #expect(violations.contains { $0.keyword == "attribute" && $0.path == "/a" })
    #expect(try document("<a id='1'><n>5</n></a>").violations(of: Array(Self.xsd.utf8), title: "s") == [])
  }

  @Test func `a broken schema is an error`() {
    #expect(throws: XMLError.self) { try document("<a/>").violations(of: Array("<a/>".utf8), title: "s") }
    #expect(throws: XMLError.self) { try document("<a/>").violations(of: [], title: "s") }
  }

  @Test func `a schema loads nothing from elsewhere`() {
    let schema = """
      <xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema"><xs:include schemaLocation="/etc/hostname"/>
      <xs:element name="a"/></xs:schema>
      """
    do {
      _ = try document("<a/>").violations(of: Array(schema.utf8), title: "s")
      Issue.record("loaded")
    } catch { #expect(error.description.hasSuffix("external entities, imports and includes are not loaded")) }
  }
}
