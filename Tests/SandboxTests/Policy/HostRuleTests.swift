import Posix
import Testing

@testable import Sandbox

@Suite struct HostRuleTests {
  @Test(arguments: [
    ("example.com", "EXAMPLE.com.", true), ("example.com", "a.example.com", false),
    ("*.example.com", "a.example.com", true), ("127.0.0.0/8", "2130706433", true),
    ("127.0.0.0/8", "0x7f.1", true), ("127.0.0.0/8", "0177.0.0.1", true), ("127.0.0.0/8", "127.1", true),
    ("127.0.0.0/8", "::ffff:127.0.0.1", true), ("127.0.0.0/8", "[::ffff:7f00:1]", true),
    ("127.0.0.0/8", "64:ff9b::7f00:1", true), ("127.0.0.0/8", "128.0.0.1", false), ("::1", "[::1]", true),
    ("::1", "0:0:0:0:0:0:0:1", true), ("fe80::/10", "fe80::1%eth0", true),
    ("10.0.0.0/8", "example.com", false),
    ("*", "anything", true), ("0.0.0.0/0", "8.8.8.8", true), ("0.0.0.0/0", "2001:db8::1", false),
  ])
  func `a name or an address is meant, however it is spelled`(rule: String, name: String, isMeant: Bool)
    throws
  {
    #expect(try #require(HostRule(rule)).matches(HostName(name), port: 80) == isMeant)
  }

  @Test func `a port narrows a rule`() throws {
    let rule = try #require(HostRule("*:25"))
    #expect(rule.matches(HostName("a"), port: 25) && !rule.matches(HostName("a"), port: 80))
    let six = try #require(HostRule("[::1]:80"))
    let loopback = try #require(HostAddress("::1"))
    #expect(six.matches(address: loopback, port: 80) && !six.matches(address: loopback, port: 81))
    #expect(try #require(HostRule("10.0.0.0/8:80")).matches(HostName("10.1.2.3"), port: 80))
  }

  @Test(arguments: [
    "", "a b", "10.0.0.0/33", "10.0.0.0/x", "a/8", "::1/129", "a:0", "a:99999", "u@h", "1.2.3.4/8/8",
    "10.*", "*.1", "192.168.*.*:80", "300.1.1.1", "127.1", "2130706433", "0x7f.1",
  ])
  func `what is no rule is refused`(text: String) { #expect(HostRule(text) == nil) }

  @Test(arguments: [
    ("10.0.0.0", "10.0.0.1", 31, true), ("10.0.0.0", "10.0.0.2", 31, false),
    ("10.0.0.0", "11.0.0.0", 7, true),
    ("10.0.0.0", "99.0.0.0", 0, true), ("10.0.0.0", "10.0.0.0", 32, true),
  ])
  func `networks end at their bit`(network: String, address: String, bits: Int, isInside: Bool) throws {
    #expect(
      try #require(HostAddress(network)).holds(try #require(HostAddress(address)), bits: bits) == isInside)
  }
}
