package import Formats

/// Finds the passwords in connection strings, so that they are masked although nobody called them secrets:
/// `scheme://user:PASSWORD@host` (RFC 3986 §3.2.1) and `scheme://…?password=PASSWORD`.
package enum ConnectionPasswords {
  /// The passwords of all connection strings in a text, as they are written and as they are meant.
  ///
  /// What holds a placeholder is none yet.
  package static func inside(_ text: String) -> Set<String> {
    let bytes = Array(text.utf8)
    var found: Set<String> = []
    var place = 0
    while let start = bytes.firstPlace(of: opening, from: place) {
      place = start + opening.count
      let word = bytes[place...].prefix { !endsWord($0) }
      for part in [word, word.prefix { !isQuote($0) }] {
        let authority = part.prefix {
          $0 != UInt8(ascii: "/") && $0 != UInt8(ascii: "?") && $0 != UInt8(ascii: "#")
        }
        if let at = authority.lastIndex(of: UInt8(ascii: "@")),
          let colon = authority[..<at].firstIndex(of: UInt8(ascii: ":"))
        {
          add(authority[(colon + 1)..<at], to: &found)
        }
        addOptions(of: part[authority.endIndex...], to: &found)
      }
    }
    return found
  }

  /// The same for every text inside of a value, keys included.
  package static func inside(_ value: JSON) -> Set<String> {
    switch value {
    case .null, .bool, .integer, .double, .decimal: return []
    case .string(let text): return mayHold(text.utf8) ? inside(text) : []
    case .array(let elements): return elements.reduce(into: []) { $0.formUnion(inside($1)) }
    case .object(let members):
      return members.reduce(into: []) { $0.formUnion(inside(.string($1.key)).union(inside($1.value))) }
    }
  }

  /// Where a mission holds passwords, by JSON pointers to the parameters and variables that hold them.
  package static func inside(_ mission: Mission) -> [(pointer: String, passwords: Set<String>)] {
    guard mayHold(mission.source) else { return [] }
    var found: [(pointer: String, passwords: Set<String>)] = []
    func look(_ members: JSONObject, _ pointer: String) {
      for (key, value) in members {
        let passwords = inside(value)
        if !passwords.isEmpty { found.append((pointer + JSONPointer.escape(key), passwords)) }
      }
    }
    look(mission.context, "/context/")
    for (place, step) in mission.steps.enumerated() where mayHold(mission.source[step.parameters]) {
      // They were read when the mission was loaded, from the same bytes.
      guard let parameters = try? mission.parameters(ofStepAt: place) else { continue }
      look(parameters, "/steps/\(place)/parameters/")
    }
    return found
  }

  /// What a mission that holds passwords is told of each place.
  static func warnings(about mission: Mission) -> [Problem] {
    inside(mission).map { pointer, passwords in
      let isShort = passwords.contains { $0.utf8.count < SecretForms.leastBytes }
      return Problem(
        .warning, at: pointer,
        "holds a password, which is stored with the document"
          + (isShort ? " and is too short to be masked elsewhere" : ""),
        hint: "make it a secret and write {{secret.NAME}}")
    }
  }

  // MARK: Reading

  private static let opening = Array("://".utf8)
  private static let option = Array("password=".utf8)

  /// Whether there can be a password: all documents pass here, so it looks for signs only, eight bytes at
  /// once.
  private static func mayHold(_ bytes: some Collection<UInt8>) -> Bool {
    func signs(_ sign: UInt8) -> UInt64 { UInt64(sign) &* 0x0101_0101_0101_0101 }
    let (at, equals) = (signs(UInt8(ascii: "@")), signs(UInt8(ascii: "=")))
    // A byte of `word` that is zero, by its uppermost bit.
    func zero(_ word: UInt64) -> UInt64 { (word &- signs(1)) & ~word & signs(0x80) }
    return bytes.withContiguousStorageIfAvailable { bytes in
      let raw = UnsafeRawBufferPointer(bytes)
      var place = 0
      while place + 8 <= raw.count {
        let word = raw.loadUnaligned(fromByteOffset: place, as: UInt64.self)
        if zero(word ^ at) | zero(word ^ equals) != 0 { return true }
        place += 8
      }
      return raw[place...].contains { $0 == UInt8(ascii: "@") || $0 == UInt8(ascii: "=") }
    } ?? true
  }

  private static func addOptions(of query: ArraySlice<UInt8>, to found: inout Set<String>) {
    for pair in query.prefix(while: { $0 != UInt8(ascii: "#") }).split(whereSeparator: {
      $0 == UInt8(ascii: "?") || $0 == UInt8(ascii: "&")
    })
    where pair.starts(with: option) {
      add(pair.dropFirst(option.count), to: &found)
    }
  }

  private static func add(_ bytes: ArraySlice<UInt8>, to found: inout Set<String>) {
    let written = String(decoding: bytes, as: UTF8.self)
    guard !written.isEmpty, !bytes.contains(pair: UInt8(ascii: "{")) else { return }
    found.insert(written)
    if let meant = PercentEncoding.decode(written), !meant.isEmpty { found.insert(meant) }
  }

  private static func endsWord(_ byte: UInt8) -> Bool { byte <= 0x20 || byte == 0x7F }

  private static func isQuote(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") || byte == UInt8(ascii: "`")
      || byte == UInt8(ascii: "<") || byte == UInt8(ascii: ">") || byte == UInt8(ascii: "\\")
  }
}

extension [UInt8] {
  /// Where `needle` stands first, not before `start`.
  fileprivate func firstPlace(of needle: [UInt8], from start: Int) -> Int? {
    guard count >= needle.count, start <= count - needle.count else { return nil }
    return (start...count - needle.count).first { self[$0] == needle[0] && self[$0...].starts(with: needle) }
  }
}
