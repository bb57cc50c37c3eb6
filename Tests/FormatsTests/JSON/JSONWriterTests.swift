import Formats
import Testing

@Suite struct JSONWriterTests {
  @Test func `members, elements and commas come out in the order in which they were written`() {
    var writer = JSONWriter()
    writer.beginObject()
    writer.member("name", "a\"b")
    writer.member("none", nil as String?)
    writer.member("count", 3)
    writer.member("ok", true)
    writer.key("list")
    writer.beginArray()
    writer.value(1.5)
    writer.value(UInt64.max)
    writer.value(Int64.min)
    writer.beginObject()
    writer.endObject()
    writer.beginArray()
    writer.endArray()
    writer.raw(Array("[0]".utf8))
    writer.endArray()
    writer.member("tree", ["x": [nil, .decimal("1e400")]])
    writer.endObject()
    #expect(
      writer.text == #"{"name":"a\"b","none":null,"count":3,"ok":true,"list":[1.5,18446744073709551615,"#
        + #"-9223372036854775808,{},[],[0]],"tree":{"x":[null,1e400]}}"#)
  }

  @Test(arguments: [
    ("", #""""#), ("plain", #""plain""#), ("é😀", #""é😀""#), ("a\nb\tc", #""a\nb\tc""#),
    ("\0\u{1f}\u{8}\u{c}\r", #""\u0000\u001f\b\f\r""#),
    ("a long text with \\ in its middle", #""a long text with \\ in its middle""#),
  ])
  func `strings are escaped where JSON wants it and nowhere else`(text: String, json: String) {
    #expect(JSON.string(text).compact == json)
  }

  @Test func `a number that JSON lacks is a programmer error`() async {
    await #expect(processExitsWith: .failure) {
      var writer = JSONWriter()
      writer.value(Double.nan)
    }
  }

  @Test func `pretty text is indented by two and keeps empty lists on their line`() {
    let value: JSON = ["a": 1, "b": [true, ["c": []]], "d": [:]]
    #expect(
      value.pretty == """
        {
          "a": 1,
          "b": [
            true,
            {
              "c": []
            }
          ],
          "d": {}
        }
        """)
  }

  @Test func `a writer that is emptied starts anew`() {
    var writer = JSONWriter()
    writer.value(1)
    writer.removeAll()
    writer.value(2)
    #expect(writer.text == "2")
  }
}
