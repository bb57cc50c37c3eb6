import Testing

@testable import Formats

@Suite struct YAMLLocatorTests {
  private func locate(_ pointers: Set<String>, in text: String) -> [String: SourceLocator.Location] {
    Array(text.utf8).withUnsafeBufferPointer { source in
      YAMLLocator.locate(SourceLocator.Wanted(pointers), in: source)
    }
  }

  private func place(_ line: Int, _ column: Int) -> TextPosition { TextPosition(line: line, column: column) }

  @Test func `what lies between is passed over, however deep it is nested`() {
    let text = """
      a: {x: [1, {y: [[]]}], z: {}}
      b:
        - [1, [2]]
        - c: 3
      """
    let found = locate(["/b/1/c", "/a/z"], in: text)
    #expect(found["/b/1/c"] == .init(key: place(4, 5), value: place(4, 8)))
    #expect(found["/a/z"] == .init(key: place(1, 24), value: place(1, 27)))
  }

  @Test func `an alias as a key is passed over with its value`() {
    let found = locate(["/b"], in: "a: &n x\n*n : [1, 2]\nb: 2\n")
    #expect(found["/b"] == .init(key: place(3, 1), value: place(3, 4)))
  }

  @Test func `all that an alias brings stands where the alias does`() {
    let found = locate(["/copy/in/deep", "/copy"], in: "base: &b {in: {deep: 1}}\ncopy: *b\n")
    #expect(found["/copy"] == .init(key: place(2, 1), value: place(2, 7)))
    #expect(found["/copy/in/deep"] == found["/copy"])
  }

  @Test func `a key of its own wins over a merged one, on either side of it`() {
    for text in ["<<: *b\n  k: 2", "k: 2\n  <<: *b"] {
      let whole = "base: &b {k: 1, only: 1}\nmap:\n  \(text)\n"
      let found = locate(["/map/k", "/map/only"], in: whole)
      let own = text.hasPrefix("k") ? 3 : 4
      #expect(found["/map/k"]?.key == place(own, 3))
      #expect(found["/map/only"]?.key == place(own == 3 ? 4 : 3, 3))
    }
  }

  @Test func `columns count characters, not bytes`() {
    #expect(locate(["/k"], in: "{é: ö, k: 1}")["/k"]?.value == place(1, 11))
  }

  @Test func `beyond the first fault nothing is found, and what is empty has no places`() {
    #expect(Set(locate(["/a", "/b"], in: "a: 1\nb: [1, }\n").keys).contains("/b") == true)
    #expect(Set(locate(["/a", "/c"], in: "a: 1\nb: ]\nc: 1\n").keys) == ["/a"])
    #expect(locate(["/a"], in: "").isEmpty)
    #expect(locate(["/a"], in: "# nothing\n").isEmpty)
  }
}
