package import Formats

/// Takes secrets out of everything that is stored, streamed, logged or handed on (contract §9).
///
/// A value: made once of all secrets, it is asked for streams and for whole values. A form is found by its
/// first four bytes, for which a small bitmap is asked at each place of the text: the cost hardly depends on
/// how many secrets there are. What several forms cover becomes one mask.
package struct Masker: Sendable {
  /// What stands in the place of a secret.
  package static let mask = "***"

  /// Forms by their first four bytes, the longest first.
  private let forms: [UInt32: [[UInt8]]]
  /// One bit for each hash of four bytes with which a form begins.
  private let bitmap: [UInt64]
  /// Beginnings of forms of one to three bytes, packed: what may be the start of one at a text's end.
  private let beginnings: Set<UInt32>
  /// Bytes of the longest form.
  let longest: Int

  /// Masks nothing.
  package static let none = Masker([])

  /// Masks each of `secrets` in all its forms; those below `SecretForms.leastBytes` are left alone.
  package init(_ secrets: some Sequence<String>) {
    var forms: [UInt32: [[UInt8]]] = [:]
    var bitmap = [UInt64](repeating: 0, count: 1 << (Self.hashBits - 6))
    var beginnings: Set<UInt32> = []
    var longest = 0
    let all = secrets.reduce(into: Set<[UInt8]>()) { all, secret in
      guard secret.utf8.count >= SecretForms.leastBytes else { return }
      all.formUnion(SecretForms.all(of: secret))
    }
    for form in all.sorted(by: { $0.count > $1.count }) {
      longest = max(longest, form.count)
      let key = Self.key(form[0..<4])
      forms[key, default: []].append(form)
      let hash = Self.hash(key)
      bitmap[hash >> 6] |= 1 << UInt64(hash & 63)
      for count in 1...3 { beginnings.insert(Self.key(form[0..<count])) }
    }
    self.forms = forms
    self.bitmap = forms.isEmpty ? [] : bitmap
    self.beginnings = beginnings
    self.longest = longest
  }

  /// True if there is nothing to mask.
  package var isEmpty: Bool { forms.isEmpty }

  /// The bytes without secrets.
  package func mask(_ bytes: [UInt8]) -> [UInt8] {
    guard !isEmpty else { return bytes }
    var stream = MaskingStream(self)
    return bytes.withUnsafeBytes { stream.take($0) } + stream.finish()
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

  // MARK: Looking

  private static let hashBits = 17

  /// Calls `body` with the test that says whether a form may begin with four bytes.
  func withFilter<Result>(_ body: (_ mayBegin: (UInt32) -> Bool) -> Result) -> Result {
    bitmap.withUnsafeBufferPointer { bits in
      body { key in
        let hash = Self.hash(key)
        return bits[hash >> 6] & (1 << UInt64(hash & 63)) != 0
      }
    }
  }

  /// Bytes of the longest form that `bytes` begins with; 0 where there is none.
  func formLength(at bytes: UnsafeRawBufferPointer) -> Int {
    guard bytes.count >= 4, let candidates = forms[bytes.loadUnaligned(as: UInt32.self)] else { return 0 }
    for form in candidates where form.count <= bytes.count {
      if form.elementsEqual(bytes[..<form.count]) { return form.count }
    }
    return 0
  }

  /// Whether `bytes`, at the end of a text, may go on as a form longer than they are.
  func mayGoOn(_ bytes: UnsafeRawBufferPointer) -> Bool {
    guard bytes.count >= 4 else { return beginnings.contains(Self.key(bytes)) }
    let key = bytes.loadUnaligned(as: UInt32.self)
    let hash = Self.hash(key)
    guard bitmap[hash >> 6] & (1 << UInt64(hash & 63)) != 0, let candidates = forms[key] else { return false }
    return candidates.contains { $0.count > bytes.count && $0.starts(with: bytes) }
  }

  /// Masks the beginning of a secret in front of an ellipsis.
  private func withoutCutForms(_ bytes: [UInt8]) -> [UInt8] {
    let ellipsis = Array("…".utf8)
    guard bytes.count > ellipsis.count else { return bytes }
    var result = bytes
    for end in (0...bytes.count - ellipsis.count).reversed()
    where bytes[end] == ellipsis[0] && bytes[end..<end + ellipsis.count].elementsEqual(ellipsis) {
      let cut = result.withUnsafeBytes { bytes in
        (max(0, end - longest)..<max(0, end - 3)).first { start in
          mayGoOn(UnsafeRawBufferPointer(rebasing: bytes[start..<end]))
        }
      }
      if let cut { result.replaceSubrange(cut..<end, with: Self.mask.utf8) }
    }
    return result
  }

  /// Up to four bytes in one number, as the processor loads them; fewer have their count on top.
  private static func key(_ bytes: some Collection<UInt8>) -> UInt32 {
    var key = bytes.reversed().reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
    if bytes.count < 4 { key |= UInt32(bytes.count) << 24 }
    return UInt32(littleEndian: key)
  }

  /// Multiplicative hashing: the upper bits of a product with an odd number near the golden ratio's.
  private static func hash(_ key: UInt32) -> Int { Int((key &* 0x9E37_79B1) >> UInt32(32 - hashBits)) }
}
