/// Looks for many byte strings, none shorter than `SecretForms.leastBytes`, in a text at once.
///
/// Where one is so short that it needs many samples of the text, the long ones are looked for by themselves:
/// those samples would meet their blocks, too.
final class FormTable: Sendable {
  private let groups: [FormGroup]
  /// All forms.
  let all: Set<[UInt8]>
  /// Bytes of the longest form.
  let longest: Int

  /// Prepares the search for forms, of which there is at least one.
  init(_ all: Set<[UInt8]>) {
    let isSplit = all.contains { $0.count < FormGroup.leastMiddlingBytes }
    let short: Set<[UInt8]> = isSplit ? all.filter { $0.count < FormGroup.leastLongBytes } : []
    groups = [short, all.subtracting(short)].filter { !$0.isEmpty }.map(FormGroup.init)
    longest = all.reduce(0) { max($0, $1.count) }
    self.all = all
  }

  /// Where forms lie that begin before `end`, in the order of their beginnings; of those of a group that
  /// begin at one place, the longest.
  func places(in bytes: UnsafeRawBufferPointer, before end: Int) -> [Range<Int>] {
    var found: [Range<Int>] = []
    for group in groups { group.search(bytes, before: end) { found.append($0) } }
    if groups.count > 1 { found.sort { $0.lowerBound < $1.lowerBound } }
    return found
  }

  /// The first place of `bytes` from which all the rest may go on as a form longer than it is; their end
  /// where there is none.
  func firstOpenPlace(in bytes: UnsafeRawBufferPointer) -> Int {
    let start = max(0, bytes.count - longest + 1)
    return groups.reduce(bytes.count) { min($0, $1.firstOpenPlace(in: bytes, from: start)) }
  }
}
