import Formats
import Testing

@Suite struct YAMLListTapTests {
  /// What the tap of the list at `a` was handed, checked against the whole, and the whole.
  private func tapped(_ yaml: String, batch: Int = 2) throws -> [String] {
    var handed: [(text: String, place: Int)] = []
    let tap = YAMLListTap(key: "a", batch: batch) { json in
      handed.append((String(decoding: json, as: UTF8.self), json.startIndex))
    }
    let json = try YAMLTranscoder.transcode(Array(yaml.utf8), tap: tap)
    #expect(json == (try YAMLTranscoder.transcode(Array(yaml.utf8))), "the tap changes nothing")
    for (text, place) in handed {
      #expect(String(decoding: json[place..<place + text.utf8.count], as: UTF8.self) == text)
    }
    return handed.map(\.text)
  }

  @Test func `elements come in batches of lists and maps, and the rest at the end`() throws {
    #expect(try tapped("a: [{x: 1}, [2], {y: 3}]\nb: 1") == [#"{"x":1},[2]"#, #"{"y":3}"#])
    #expect(try tapped("a: [{x: 1}, 5, [2], 6]") == [#"{"x":1},5,[2]"#, "6"])
    #expect(try tapped("b: 1\na: [1, 2, 3]") == ["1,2,3"])
    #expect(try tapped("a: [{x: [1, {y: 2}]}]", batch: 1) == [#"{"x":[1,{"y":2}]}"#])
    #expect(try tapped("a: []") == [])
  }

  @Test func `a merged element comes when it is whole`() throws {
    #expect(
      try tapped("b: &b {x: 1}\na: [{<<: *b, y: 2}, *b]", batch: 1) == [#"{"y":2,"x":1}"#, #"{"x":1}"#])
  }

  @Test(arguments: [
    "a: 1", "a: {b: [1]}", "b: {a: [1]}", "b: &l [1]\na: *l", "- a: [1]", "<<: {a: [1]}", "[a, [1]]",
    "b: [1]", "a: 1\n<<: [{c: 1}]",
  ])
  func `other lists are left alone`(yaml: String) throws { #expect(try tapped(yaml) == []) }
}
