import Formats
import Testing

@Suite struct JSONQueryTests {
  @Test(arguments: [
    ("", ""), ("/a/0", "/a/0"), ("a", "/a"), ("a.b[0]", "/a/b/0"), ("a[0][1].b", "/a/0/1/b"), ("[2]", "/2"),
    ("$.a", "/a"), ("$", ""), (".", ""), (".a.b", "/a/b"), ("a[\"x.y\"].z", "/a/x.y/z"), ("['a/b']", "/a~1b"),
    ("a.0", "/a/0"), ("a-b.c_d", "/a-b/c_d"),
  ])
  func `both ways to name a place are read`(text: String, pointer: String) throws {
    #expect(try JSONQuery.parse(text).description == pointer)
  }

  @Test(arguments: ["a..b", "a.", "a[", "a[x]", "a[-1]", "a[0]b", "a[\"x]", "a[]"])
  func `anything else is refused`(text: String) {
    #expect {
      _ = try JSONQuery.parse(text)
    } throws: { error in
      "\(error)" == "\"\(text)\" is neither a JSON pointer like /a/b/0 nor a path like a.b[0]"
    }
  }
}
