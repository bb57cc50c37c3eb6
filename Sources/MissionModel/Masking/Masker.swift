package import Formats

/// Takes secrets out of everything that is stored, streamed, logged or handed on (contract §9).
///
/// A value: made once of all secrets, it is asked for streams and for whole values. What several forms cover
/// becomes one mask.
package struct Masker: Sendable {
  /// What stands in the place of a secret.
  package static let mask = "***"

  /// The forms that are looked for; nil where there are none.
  let table: FormTable?

  /// Masks nothing.
  package static let none = Masker([])

  /// Masks each of `secrets` in all its forms; those below `SecretForms.leastBytes` are left alone.
  package init(_ secrets: some Sequence<String>) { table = Self.table(of: secrets, and: []) }

  private init(_ table: FormTable?) { self.table = table }

  /// Masks `secrets` besides what this one masks.
  package func adding(_ secrets: some Sequence<String>) -> Masker {
    Masker(Self.table(of: secrets, and: table?.all ?? []))
  }

  /// True if both are the same value, and not only alike.
  package func isSame(as other: Masker) -> Bool { table === other.table }

  private static func table(of secrets: some Sequence<String>, and others: Set<[UInt8]>) -> FormTable? {
    let forms = secrets.reduce(into: others) { forms, secret in
      guard secret.utf8.count >= SecretForms.leastBytes else { return }
      forms.formUnion(SecretForms.all(of: secret))
    }
    return forms.isEmpty ? nil : FormTable(forms)
  }

  /// True if there is nothing to mask.
  package var isEmpty: Bool { table == nil }

  /// The bytes without secrets.
  package func mask(_ bytes: [UInt8]) -> [UInt8] {
    guard !isEmpty else { return bytes }
    var stream = MaskingStream(self)
    let masked = stream.take(bytes)
    let rest = stream.finish()
    return rest.isEmpty ? masked : masked + rest
  }

  /// A text without secrets.
  package func mask(_ text: String) -> String {
    isEmpty ? text : masked(text)
  }

  /// A message without secrets, nor the beginning of one where it cut a long value and wrote an ellipsis.
  package func mask(message: String) -> String {
    guard !isEmpty else { return message }
    return masked(String(decoding: withoutCutForms(Array(message.utf8)), as: UTF8.self))
  }

  /// A value without secrets, in keys too. A number that spells one becomes a text.
  package func mask(_ value: JSON) -> JSON {
    guard !isEmpty else { return value }
    switch value {
    case .null, .bool: return value
    case .integer, .double, .decimal:
      let text = value.compact
      let masked = mask(text)
      return masked == text ? value : .string(masked)
    case .string(let text): return .string(mask(text))
    case .array(let elements): return .array(elements.map { mask($0) })
    case .object(let members):
      var masked = JSONObject()
      masked.reserveCapacity(members.count)
      for (key, member) in members { masked[mask(key)] = mask(member) }
      return .object(masked)
    }
  }

  private func masked(_ text: String) -> String {
    let bytes = Array(text.utf8)
    let masked = mask(bytes)
    return masked == bytes ? text : String(decoding: masked, as: UTF8.self)
  }

  /// Masks the beginning of a secret in front of an ellipsis.
  private func withoutCutForms(_ bytes: [UInt8]) -> [UInt8] {
    let ellipsis = Array("…".utf8)
    guard let table, bytes.count > ellipsis.count else { return bytes }
    var result = bytes
    for end in (0...bytes.count - ellipsis.count).reversed()
    where bytes[end] == ellipsis[0] && bytes[end..<end + ellipsis.count].elementsEqual(ellipsis) {
      let cut = result.withUnsafeBytes {
        table.firstOpenPlace(in: UnsafeRawBufferPointer(rebasing: $0[..<end]))
      }
      if cut < end - 3 { result.replaceSubrange(cut..<end, with: Self.mask.utf8) }
    }
    return result
  }
}
