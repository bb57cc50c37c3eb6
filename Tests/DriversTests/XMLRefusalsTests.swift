import Testing

@testable import Drivers

@Suite struct XMLRefusalsTests {
  @Test func `the first address is noted, from begin to end`() {
    #expect(XMLRefusals.refuse("before", nil, nil) == nil)
    XMLRefusals.begin()
    #expect(XMLRefusals.refuse("first", nil, nil) == nil)
    #expect(XMLRefusals.refuse("second", nil, nil) == nil)
    #expect(XMLRefusals.end() == "first")
    XMLRefusals.begin()
    #expect(XMLRefusals.end() == nil)
  }
}
