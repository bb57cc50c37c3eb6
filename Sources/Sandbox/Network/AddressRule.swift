package import Posix

/// Says which addresses may be connected to. Asked after names were looked up.
package struct AddressRule: Sendable {
  /// Why an address is refused; nil where it is not.
  package let refusal: @Sendable (SocketAddress) -> String?
  private let named: (@Sendable (String, Int) -> AddressRule)?

  /// Makes a rule of its closure.
  package init(refusal: @escaping @Sendable (SocketAddress) -> String?) {
    self.refusal = refusal
    named = nil
  }

  /// The policy's rule. Whoever knows the name that was looked up says it with `asked`.
  package init(_ judge: PolicyJudge) {
    refusal = { address in
      judge.refusal(of: address, asked: address.host, port: nil).map { "\($0.reason); \($0.wayOut)" }
    }
    named = { name, port in
      AddressRule { address in
        judge.refusal(of: address, asked: name, port: port).map { "\($0.reason); \($0.wayOut)" }
      }
    }
  }

  /// What the policy of a configuration that says nothing lets pass: everything but the services at which
  /// clouds hand credentials to whoever asks from inside a machine.
  package static let standard = AddressRule(PolicyJudge(Policy()))

  /// The rule for the addresses of a name.
  package func asked(_ name: String, _ port: Int) -> AddressRule { named?(name, port) ?? self }
}
