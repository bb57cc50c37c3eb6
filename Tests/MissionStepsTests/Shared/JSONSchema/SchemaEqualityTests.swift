import Formats
import Testing

@testable import MissionSteps

@Suite struct SchemaEqualityTests {
  private func areEqual(_ left: String, _ right: String) throws -> Bool {
    SchemaEquality.key(of: try JSONParser.parse(left)) == SchemaEquality.key(of: try JSONParser.parse(right))
  }

  @Test(arguments: [
    ("1", "1.0"), (#"{"a":1,"b":[2]}"#, #"{"b":[2.0],"a":1}"#), ("[]", "[ ]"), ("-0.0", "0"),
  ])
  func `equal values have one key`(left: String, right: String) throws {
    #expect(try areEqual(left, right))
  }

  @Test(arguments: [
    ("1", "true"), ("0", "false"), ("null", "0"), (#""1""#, "1"), ("[1,2]", "[2,1]"), ("[[1],2]", "[1,[2]]"),
    ("[1,2]", "[12]"), (#"["ab"]"#, #"["a","b"]"#), (#"{"a":1}"#, #"{"a":1,"b":null}"#), ("{}", "[]"),
    (#""\u00e9""#, #""e\u0301""#),
  ])
  func `different values have different keys`(left: String, right: String) throws {
    #expect(try !areEqual(left, right))
  }
}
