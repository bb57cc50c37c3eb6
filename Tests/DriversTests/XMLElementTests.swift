import Testing

@testable import Drivers

@Suite struct XMLElementTests {
  private func root(_ text: String) throws -> XMLElement {
    try #require(try XML.host.parse(Array(text.utf8), title: "t").root)
  }

  @Test func `an element has its own text and its children theirs`() throws {
    let element = try root(
      "<p:a xmlns:p='urn:x' p:k='1' l='&lt;'>one<b>two</b><!-- no --><![CDATA[<3>]]></p:a>")
    #expect(element.name == "p:a")
    #expect(element.attributes.map(\.name) == ["p:k", "l"])
    #expect(element.attributes.map(\.value) == ["1", "<"])
    #expect(element.text == "one<3>")
    #expect(element.children.map(\.text) == ["two"])
  }

  @Test func `blanks between children are no text`() throws {
    #expect(try root("<a>\n  <b/>\n  <c/>\n</a>").text == "")
    #expect(try root("<a> x </a>").text == " x ")
  }

  @Test func `elements are equal by all they hold`() throws {
    #expect(try root("<a k='1'><b/></a>") == root("<a k='1'><b/></a>"))
    #expect(try root("<a k='1'/>") != root("<a k='2'/>"))
  }
}
