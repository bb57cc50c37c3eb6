import MissionKit
import Testing

@Suite struct ValueTests {
  @Test func `values are read by key and by index`() {
    let value: Value = ["list": [1, 2.5, "x", nil, true]]
    #expect(value["list"]?[2]?.string == "x")
    #expect(value["list"]?[9] == nil)
    #expect(value["nothing"] == nil)
    #expect(value.jsonText == #"{"list":[1,2.5,"x",null,true]}"#)
  }

  @Test func `maps are equal whatever the order of their members`() {
    #expect(Value.map([("a", 1), ("b", 2)]) == .map([("b", 2), ("a", 1)]))
    #expect(Value.map([("a", 1)]) != .map([("a", 2)]))
  }

  @Test func `a context gives what was set`() {
    var context = ExecutionContext()
    context.set("name", to: "x")
    context.set("gone", to: 1)
    context.set("gone", to: nil)
    #expect(context.get("name") == "x")
    #expect(context.get("gone") == nil)
  }
}
