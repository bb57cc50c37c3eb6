import MissionModel
import Testing

@Suite struct WebAddressTests {
  @Test(arguments: [
    ("http://a", "http://a/", "a", 80), ("HTTPS://A.b/c?d#e", "https://a.b/c?d", "a.b", 443),
    ("http://a:8080?x=http://b", "http://a:8080/?x=http://b", "a", 8080),
    ("http://[::1]:9/", "http://[::1]:9/", "[::1]", 9), ("http://u:p@[::1]/@", "http://[::1]/@", "[::1]", 80),
    ("http://a:/", "http://a/", "a", 80),
  ])
  func `an address is taken apart`(text: String, shown: String, host: String, port: Int) throws {
    let address = try WebAddress(text)
    #expect(address.shown == shown)
    #expect(address.host == host)
    #expect(address.port == port)
  }

  @Test func `who is asking is taken out`() throws {
    #expect(try WebAddress("http://a%40b:c%3Ad@h/").user == WebAddress.User(name: "a@b", password: "c:d"))
    #expect(try WebAddress("http://a@h/").user == WebAddress.User(name: "a", password: ""))
    #expect(try WebAddress("http://a:b@c@h/").host == "h")
    #expect(try WebAddress("http://h/").user == nil)
  }

  @Test(arguments: [
    ("a/b", "has no scheme; begin it with https://"), ("", "has no scheme; begin it with https://"),
    ("file:///x", "has the scheme \"file\"; http and https are possible"), ("http:///x", "names no host"),
    ("http://:80/", "names no host"), ("http://u@/", "names no host"),
    ("http://a:0/", "has a port that is no number from 1 to 65535"),
    ("http://a:65536/", "has a port that is no number from 1 to 65535"),
    ("http://[::1]x/", "has a port that is no number from 1 to 65535"),
    ("http://a/ b", "holds a blank or a control character; write it as %20 and the like"),
    ("http://a/\r\nX: y", "holds a blank or a control character; write it as %20 and the like"),
    ("http://%zz@a/", "has a user name or password with a % that is not followed by two digits"),
  ])
  func `what is no address is told without its password`(text: String, message: String) {
    #expect(throws: StepFailure(.badParameters, message)) { try WebAddress(text) }
  }

  @Test(arguments: [
    ("http://a", "http://a/?x=1&y=%26"), ("http://a/?b", "http://a/?b&x=1&y=%26"),
    ("http://a/?", "http://a/?x=1&y=%26"),
  ])
  func `a query is added to what there is`(text: String, shown: String) throws {
    var address = try WebAddress(text)
    address.addQuery([("x", "1"), ("y", "&")])
    #expect(address.shown == shown)
  }
}
