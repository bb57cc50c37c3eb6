import Testing

@testable import MissionSteps

@Suite struct PartsOfHostTests {
  @Test(
    arguments: [
      ("example.com", nil), ("127.0.0.1", nil), ("::1", nil), ("[::1]", nil), ("fe80::1%eth0", nil),
      ("", nil),
      ("http://a", "give its name or address alone"), ("a/b", "give its name or address alone"),
      ("u@a", "give the user as username"), ("a:22", "give the port as port"),
      ("[::1]:22", "give the port as port"),
    ] as [(String, String?)])
  func `what is more than a host is told where it belongs`(host: String, hint: String?) {
    #expect(PartsOfHost.hint(host) == hint)
  }
}
