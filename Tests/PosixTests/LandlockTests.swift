import Glibc
import TestSupport
import Testing

@testable import Posix

@Suite struct LandlockTests {
  @Test func `each version of the kernel is asked for all that it knows, and for nothing more`() {
    let first: UInt64 = (1 << 13) - 1
    #expect(Landlock.Rights.files(1) == first)
    #expect(Landlock.Rights.files(2) == first | 1 << 13)
    #expect(Landlock.Rights.files(3) == first | 1 << 13 | 1 << 14)
    #expect(Landlock.Rights.files(4) == first | 1 << 13 | 1 << 14)
    #expect(Landlock.Rights.files(5) == first | 1 << 13 | 1 << 14 | 1 << 15)
    #expect(Landlock.Rights.files(99) == Landlock.Rights.files(5))
  }

  @Test(arguments: Landlock.Access.allCases)
  func `nobody may make devices`(access: Landlock.Access) {
    #expect(Landlock.Rights.of(access) & Landlock.Rights.makeDevices == 0)
  }

  @Test func `what may be read may not be written`() {
    let changes = Landlock.Rights.writeFile | Landlock.Rights.remove | Landlock.Rights.make
    #expect(Landlock.Rights.of(.read) & (changes | Landlock.Rights.truncate | Landlock.Rights.refer) == 0)
    #expect(Landlock.Rights.of(.write) & changes == changes)
    #expect(Landlock.Rights.of(.device) & (Landlock.Rights.remove | Landlock.Rights.make) == 0)
  }
}

extension ProcessTableTests {
  /// Runs a script that may read the system and write to `folder`.
  private func confined(
    _ script: String, _ folder: TemporaryDirectory, refusesNetwork: Bool = false
  ) async throws -> Children.Outcome {
    let landlock = Landlock(
      rules: ["/usr", "/lib", "/lib64", "/bin", "/etc", "/nothing-is-here"].map { .init(.read, $0) }
        + [.init(.write, folder.path), .init(.device, "/dev/null")],
      refusesNetwork: refusesNetwork)
    let ruleset = try landlock.makeRuleset(version: try Landlock.version())
    var child = Children.shell(script)
    child.landlock = ruleset.rawValue
    let outcome = try await Children.run(child)
    withExtendedLifetime(ruleset) {}
    return outcome
  }

  @Test func `a confined child writes where it may, reads where it may, and nowhere else`() async throws {
    let (inside, outside) = (try TemporaryDirectory(), try TemporaryDirectory())
    let secret = try outside.write("secret", to: "file")
    let outcome = try await confined(
      """
      echo hello > \(inside.path)/a && mkdir \(inside.path)/d && mv \(inside.path)/a \(inside.path)/d/b
      cat \(inside.path)/d/b /etc/hostname > /dev/null && echo reads
      cat \(secret); echo x > \(outside.path)/new; echo x >> /etc/hostname; ls \(outside.path)
      ln -s \(secret) \(inside.path)/link && cat \(inside.path)/link
      ln \(secret) \(inside.path)/hard; cat /proc/self/root\(secret)
      """, inside)
    #expect(outcome.output == "reads\n")
    #expect(outcome.errors.split(separator: "\n").count == 7)
    #expect(!inside.contains("hard") && !outside.contains("new"))
  }

  @Test func `a confined child can signal itself and nobody else`() async throws {
    try #require(try Landlock.version() >= Landlock.scopeVersion, "this kernel keeps no signals inside")
    let inside = try TemporaryDirectory()
    let outcome = try await confined("kill -0 $$ && echo own; kill -0 \(getpid()) || echo refused", inside)
    #expect(outcome.output == "own\nrefused\n")
  }

  @Test func `without the network no connection is made`() async throws {
    try #require(try Landlock.version() >= Landlock.networkVersion, "this kernel has no rules for TCP")
    let inside = try TemporaryDirectory()
    let listener = try Socket.listen(on: .ipv4(0x7F00_0001, port: 0))
    let port = try #require("\(try listener.localAddress())".split(separator: ":").last)
    let script = "exec 3<>/dev/tcp/127.0.0.1/\(port) && echo connected"
    for (refuses, output) in [(false, "connected\n"), (true, "")] {
      let outcome = try await confined("bash -c '\(script)'", inside, refusesNetwork: refuses)
      #expect(outcome.output == output)
    }
  }
}
