import Formats
import MissionModel
import Testing

@Suite struct MetadataFilterTests {
  @Test(
    arguments: [
      ([:], true), (["a": 1], true), (["a": 2], false), (["a": [2, 1]], true), (["b": "x"], true),
      (["b": ["x", "y"]], true), (["b": ["z"]], false), (["c": .null], true), (["c": 1], false),
      (["a": 1, "b": "z"], false), (["d": .null], true),
    ] as [(JSONObject, Bool)])
  func `every member has to be right, one value of a list is enough`(filter: JSONObject, passes: Bool) {
    #expect(MetadataFilter.passes(["a": 1, "b": ["x", "y"], "d": .null], filter) == passes)
  }
}
