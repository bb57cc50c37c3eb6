import Testing

@testable import Drivers

@Suite struct XMLTests {
  private func parse(_ text: String) throws(XMLError) -> XMLDocument {
    try XML.host.parse(Array(text.utf8), title: "t.xml")
  }

  @Test(arguments: [
    ("<a><b></a>", "line 1: opening and ending tag mismatch: b line 1 and a"),
    ("", "the text is empty"), ("<a>\n&x;</a>", "line 2: entity 'x' not defined"),
    ("<a b='1' b='2'/>", "line 1: attribute b redefined"),
    ("<a>\u{1}</a>", "line 1: PCDATA invalid Char value 1"),
  ])
  func `what is not XML says where`(text: String, message: String) {
    do {
      _ = try parse(text)
      Issue.record("parsed")
    } catch { #expect(error.description.hasSuffix(message) || error.description == message, "\(error)") }
  }

  @Test func `nothing outside is read for an entity`() {
    let text = "<!DOCTYPE a [<!ENTITY x SYSTEM \"file:///etc/passwd\">]><a>&x;</a>"
    do {
      let root = try parse(text).root
      Issue.record("parsed: \(String(describing: root))")
    } catch {
      #expect(error.description.hasSuffix("external entities, imports and includes are not loaded"))
    }
  }

  @Test func `a document type elsewhere is not read, and does no harm`() throws {
    let text = "<!DOCTYPE a SYSTEM \"http://127.0.0.1:1/a.dtd\"><a>x</a>"
    #expect(try parse(text).root?.text == "x")
  }

  @Test func `entities that multiply are refused`() {
    var text = "<!DOCTYPE a [<!ENTITY l0 \"lol\">"
    for level in 1...12 {
      text += "<!ENTITY l\(level) \"\(String(repeating: "&l\(level - 1);", count: 10))\">"
    }
    text += "]><a>&l12;</a>"
    #expect(throws: XMLError.self) { try parse(text) }
  }

  @Test func `one long entity used often is refused`() {
    let long = String(repeating: "x", count: 100_000)
    let text =
      "<!DOCTYPE a [<!ENTITY l \"\(long)\">]><a>" + String(repeating: "&l;", count: 20_000) + "</a>"
    #expect(throws: XMLError.self) { try parse(text) }
  }

  @Test func `elements nested without end are refused`() {
    let text = String(repeating: "<a>", count: 100_000)
    #expect(throws: XMLError.self) { try parse(text) }
  }

  @Test func `entities of the document are put in`() throws {
    #expect(try parse("<!DOCTYPE a [<!ENTITY x \"y\">]><a b='&x;'>&x;&lt;&#228;</a>").root?.text == "y<ä")
  }

  @Test func `another encoding is read`() throws {
    let bytes = Array("<?xml version='1.0' encoding='ISO-8859-1'?><a>".utf8) + [0xe4] + Array("</a>".utf8)
    #expect(try XML.host.parse(bytes, title: "t").root?.text == "ä")
  }

  @Test func `without the library the error names the package`() {
    do {
      _ = try XML(lookup: .empty).parse([], title: "t")
      Issue.record("parsed without a library")
    } catch { #expect(error.description == "libxml2.so.2 is not on this host; install libxml2") }
  }

  @Test func `threads parse at once`() async {
    await withTaskGroup(of: Bool.self) { group in
      for number in 0..<32 {
        group.addTask {
          (try? XML.host.parse(Array("<a>\(number)</a>".utf8), title: "t"))?.root?.text == "\(number)"
            && (try? XML.host.parse(Array("<a>".utf8), title: "t")) == nil
        }
      }
      for await isRight in group { #expect(isRight) }
    }
  }
}
