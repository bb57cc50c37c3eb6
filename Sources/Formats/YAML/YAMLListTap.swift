/// Hands the elements of one list on while the text after them is still being read: of the list that stands
/// at a key of the outermost map.
///
/// An element that was handed on does not change any more. A list that an alias or a merge key stands for is
/// not handed on.
package struct YAMLListTap {
  private let quotedKey: [UInt8]
  private let batch: Int
  private let take: (_ json: ArraySlice<UInt8>) -> Void

  private var isNext = false
  private var isOpen = false
  private var start = 0
  private var waiting = 0

  /// Makes a tap of the list at `key`.
  ///
  /// - Parameters:
  ///   - batch: how many lists and maps are handed on at once.
  ///   - take: gets the JSON of some elements with the commas between them, by its place in the whole.
  package init(key: String, batch: Int, take: @escaping (_ json: ArraySlice<UInt8>) -> Void) {
    quotedKey = JSON.string(key).compactBytes
    self.batch = batch
    self.take = take
  }

  /// Takes note of a key of the outermost map, the last thing in `json`; nil for `<<`.
  mutating func passed(key: ArraySlice<UInt8>?) { isNext = key.map { $0.elementsEqual(quotedKey) } ?? false }

  /// Takes note of a list that begins as a value of the outermost map.
  mutating func opened(_ json: [UInt8]) {
    guard isNext else { return }
    (isNext, isOpen, start, waiting) = (false, true, json.count, 0)
  }

  /// Takes note of the end of a list or map; `depth` is how many still lie around it.
  @inline(__always)
  mutating func closed(_ json: [UInt8], depth: Int) {
    guard isOpen, depth <= 2 else { return }
    waiting += 1
    if depth < 2 {
      isOpen = false
      hand(json[start..<json.count - 1])
    } else if waiting == batch {
      hand(json[start...])
    }
  }

  private mutating func hand(_ json: ArraySlice<UInt8>) {
    start = json.endIndex
    waiting = 0
    let elements = json.first == UInt8(ascii: ",") ? json.dropFirst() : json
    if !elements.isEmpty { take(elements) }
  }
}
