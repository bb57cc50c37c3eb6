import Formats
import Testing

@Suite struct EditDistanceTests {
  @Test(arguments: [
    ("", "", 0), ("a", "", 1), ("kitten", "sitting", 3), ("ab", "ba", 1), ("tset", "test", 1), ("é", "e", 1),
    ("depend_on", "depends_on", 1),
  ])
  func `counts edits, a swap of neighbours as one`(left: String, right: String, distance: Int) {
    #expect(EditDistance.between(left, right) == distance)
    #expect(EditDistance.between(right, left) == distance)
  }

  @Test(
    arguments: [
      ("depend_on", "depends_on"), ("dependsOn", "depends_on"), ("DependsOn", "depends_on"), ("nmae", "name"),
      ("timeout", "timeout_seconds"), ("step-type", "step_type"), ("id_", "id"), ("xyzzy", nil), ("", nil),
      ("q", nil), ("a_very_different_word", nil),
    ] as [(String, String?)])
  func `finds what was meant, and nothing where nothing is near`(word: String, meant: String?) {
    let names = ["id", "name", "step_type", "depends_on", "timeout_seconds", "parameters"]
    #expect(EditDistance.closest(to: word, among: names) == meant)
  }

  @Test func `a word of any length is answered at once`() {
    let word = String(repeating: "x", count: 1_000_000)
    #expect(EditDistance.closest(to: word, among: ["name"]) == nil)
  }
}
