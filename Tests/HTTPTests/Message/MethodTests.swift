import HTTP
import Testing

@Suite struct MethodTests {
  @Test(arguments: ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "get", "BREW"])
  func `a method keeps its name`(name: String) {
    #expect(Method(name).name == name)
  }

  @Test func `names are read with their case`() {
    #expect(Method("GET") == .get)
    #expect(Method("get") == .other("get"))
  }
}
