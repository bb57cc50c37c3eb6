import Formats
import Testing

@Suite struct JSONPointerTests {
  /// The examples of RFC 6901 §5.
  @Test(
    arguments: [
      ("/foo", ["bar", "baz"]), ("/foo/0", "bar"), ("/", 0), ("/a~1b", 1), ("/c%d", 2), ("/e^f", 3),
      ("/g|h", 4),
      ("/i\\j", 5), ("/k\"l", 6), ("/ ", 7), ("/m~0n", 8),
    ] as [(String, JSON)])
  func `agrees with RFC 6901`(text: String, value: JSON) throws {
    let document: JSON = [
      "foo": ["bar", "baz"], "": 0, "a/b": 1, "c%d": 2, "e^f": 3, "g|h": 4, "i\\j": 5, "k\"l": 6, " ": 7,
      "m~n": 8,
    ]
    let pointer = try JSONPointer(text)
    #expect(document[pointer] == value)
    #expect(pointer.description == text)
    #expect(document[try JSONPointer("")] == document)
  }

  @Test(arguments: ["/foo/2", "/foo/-", "/foo/01", "/foo/x", "/foo/0/x", "/nope", "/foo/-1", "/foo/"])
  func `a path that leads nowhere gives nothing`(text: String) throws {
    #expect(["foo": ["bar", "baz"]][try JSONPointer(text)] == nil)
  }

  @Test(arguments: [
    ("foo", "a JSON pointer begins with \"/\""),
    ("/a~2", "in a JSON pointer \"~\" is written ~0, and \"/\" within a key ~1"),
    ("/a~", "in a JSON pointer \"~\" is written ~0, and \"/\" within a key ~1"),
  ])
  func `what is no pointer is refused`(text: String, message: String) {
    #expect(throws: JSONPathError(description: message)) { try JSONPointer(text) }
  }

  @Test func `pointers grow by keys and indices`() {
    #expect(JSONPointer().appending("a/b").appending(3).appending("~").description == "/a~1b/3/~0")
  }
}
