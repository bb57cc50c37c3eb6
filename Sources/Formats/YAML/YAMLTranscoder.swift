import CYaml

/// Turns YAML into the bytes of compact JSON without building a tree: how missions are loaded.
///
/// Scalars are read by the core schema of YAML 1.2; aliases and `<<` are filled in; a key that is no string
/// becomes its text. What costs more than the limits allow, or has no JSON form, is a `YAMLError` with its
/// place.
package enum YAMLTranscoder {
  /// Transcodes a text that holds one document; one without any is `null`.
  ///
  /// - Parameter tap: gets the elements of a list before the rest of the text is read.
  package static func transcode(
    _ bytes: UnsafeBufferPointer<UInt8>, limits: DocumentLimits = DocumentLimits(), tap: YAMLListTap? = nil
  ) throws(YAMLError) -> [UInt8] {
    var walk = YAMLWalk(bytes, limits: limits, tap: tap)
    guard let json = try walk.nextDocument(capacity: bytes.count) else { return Array("null".utf8) }
    try walk.expectEnd()
    return json
  }

  /// Transcodes a text that holds one document; one without any is `null`.
  package static func transcode(
    _ bytes: [UInt8], limits: DocumentLimits = DocumentLimits(), tap: YAMLListTap? = nil
  ) throws(YAMLError) -> [UInt8] {
    try bytes.withUnsafeBufferPointer { (source) throws(YAMLError) in
      try transcode(source, limits: limits, tap: tap)
    }
  }

  /// Transcodes every document of a text, in order.
  package static func transcodeAll(
    _ bytes: [UInt8], limits: DocumentLimits = DocumentLimits()
  ) throws(YAMLError) -> [[UInt8]] {
    try bytes.withUnsafeBufferPointer { (source) throws(YAMLError) in
      var walk = YAMLWalk(source, limits: limits)
      var documents: [[UInt8]] = []
      while let json = try walk.nextDocument(capacity: 0) { documents.append(json) }
      return documents
    }
  }
}

/// Walks the events of one text and writes JSON as it goes.
struct YAMLWalk: ~Copyable {
  private var events: YAMLEvents
  private let limits: DocumentLimits
  private var tap: YAMLListTap?
  private var json: [UInt8] = []
  private var levels: [Level] = []
  private var keys = OpenKeys()
  private var anchors = YAMLAnchors()
  private var nodes = 0
  private var aliasNodes = 0

  /// A list or map that is being written.
  private struct Level {
    let isMap: Bool
    let start: Int
    let anchor: String?
    let nodesBefore: Int
    var isEmpty = true
    /// In a map: whether a key comes next, rather than its value.
    var awaitsKey: Bool
    /// How many levels lie within it.
    var height = 1
    /// Where the value of `<<` is being written, to be taken away again; nil outside of one.
    var mergeStart: Int?
    var anchorsBeforeMerge = 0
    var merges: [[UInt8]] = []
  }

  init(_ source: UnsafeBufferPointer<UInt8>, limits: DocumentLimits, tap: YAMLListTap? = nil) {
    precondition(limits.depth <= DocumentLimits.greatestDepth, "the depth limit would overrun the stack")
    events = YAMLEvents(source)
    self.limits = limits
    self.tap = tap
  }

  /// The JSON of the next document; nil at the end of the text.
  mutating func nextDocument(capacity: Int) throws(YAMLError) -> [UInt8]? {
    json = []
    json.reserveCapacity(capacity)
    anchors = YAMLAnchors()
    while true {
      switch try events.next() {
      case YAML_SCALAR_EVENT: try takeScalar()
      case YAML_MAPPING_START_EVENT: try open(isMap: true)
      case YAML_SEQUENCE_START_EVENT: try open(isMap: false)
      case YAML_MAPPING_END_EVENT, YAML_SEQUENCE_END_EVENT: try close()
      case YAML_ALIAS_EVENT: try takeAlias()
      case YAML_DOCUMENT_END_EVENT:
        let document = json
        json = []
        return document
      case YAML_STREAM_END_EVENT: return nil
      default: break
      }
    }
  }

  /// Fails if another document follows.
  mutating func expectEnd() throws(YAMLError) {
    guard try events.next() != YAML_STREAM_END_EVENT else { return }
    throw failure("a second document begins here: only one is expected")
  }

  private func failure(_ message: String) -> YAMLError { YAMLError(message, at: events.position) }

  // MARK: Nodes

  private mutating func takeScalar() throws(YAMLError) {
    let scalar = events.current.pointee.data.scalar
    let text = UnsafeBufferPointer(start: UnsafePointer(scalar.value), count: scalar.length)
    try check(text, mayHoldNUL: scalar.style == YAML_DOUBLE_QUOTED_SCALAR_STYLE)
    let isPlain = scalar.style == YAML_PLAIN_SCALAR_STYLE
    if let last = levels.indices.last, levels[last].awaitsKey {
      return try takeKey(text, isPlain: isPlain, scalar.tag, anchor: scalar.anchor)
    }
    try begin()
    let start = json.count
    try append(text, isPlain: isPlain, scalar.tag)
    if let anchor = scalar.anchor {
      anchors.define(String(cString: anchor), at: start..<json.count, nodes: 1, height: 0)
    }
    try end(height: 0)
  }

  private mutating func append(
    _ text: UnsafeBufferPointer<UInt8>, isPlain: Bool, _ tag: UnsafePointer<UInt8>?
  ) throws(YAMLError) {
    do throws(YAMLScalar.Refusal) {
      try YAMLScalar.append(text, isPlain: isPlain, tag: tag, to: &json)
    } catch { throw failure(error.message) }
  }

  private func check(_ text: UnsafeBufferPointer<UInt8>, mayHoldNUL: Bool) throws(YAMLError) {
    if text.count > limits.scalarBytes {
      throw failure("a scalar of \(text.count) bytes is over the limit of \(limits.scalarBytes)")
    }
    if mayHoldNUL, !limits.allowsNUL, text.contains(0) {
      throw failure("a scalar cannot contain U+0000 here")
    }
  }

  private mutating func open(isMap: Bool) throws(YAMLError) {
    let event = events.current.pointee
    let anchor = isMap ? event.data.mapping_start.anchor : event.data.sequence_start.anchor
    let tag = isMap ? event.data.mapping_start.tag : event.data.sequence_start.tag
    if let last = levels.indices.last, levels[last].awaitsKey {
      throw failure("a key must be a scalar: JSON has no \(isMap ? "maps" : "lists") as keys")
    }
    if let tag { try checkTag(String(cString: tag), isMap: isMap) }
    guard levels.count < limits.depth else {
      throw failure("lists and maps lie more than \(limits.depth) deep in each other")
    }
    let nodesBefore = nodes
    try begin()
    let name = anchor.map { String(cString: $0) }
    if let name { anchors.open(name) }
    levels.append(
      Level(isMap: isMap, start: json.count, anchor: name, nodesBefore: nodesBefore, awaitsKey: isMap))
    if isMap { keys.openMap() }
    json.append(UInt8(ascii: isMap ? "{" : "["))
    if !isMap, levels.count == 2, levels[0].isMap { tap?.opened(json) }
  }

  private func checkTag(_ tag: String, isMap: Bool) throws(YAMLError) {
    let shown = YAMLScalar.shown(tag)
    guard shown != (isMap ? "!!map" : "!!seq"), shown != "!" else { return }
    throw failure("the tag \(shown) is not supported: JSON has no such type")
  }

  private mutating func close() throws(YAMLError) {
    if levels[levels.count - 1].isMap {
      try merge()
      keys.closeMap()
    }
    let level = levels.removeLast()
    json.append(UInt8(ascii: level.isMap ? "}" : "]"))
    tap?.closed(json, depth: levels.count)
    if let anchor = level.anchor {
      let count = nodes - level.nodesBefore
      anchors.define(anchor, at: level.start..<json.count, nodes: count, height: level.height)
    }
    try end(height: level.height)
  }

  private mutating func takeAlias() throws(YAMLError) {
    let name = events.current.pointee.data.alias.anchor.map { String(cString: $0) } ?? ""
    guard let anchor = anchors[name] else {
      throw failure(
        anchors.isOpen(name)
          ? "the alias *\(name) stands within what it refers to"
          : "no anchor &\(name) comes before this alias")
    }
    aliasNodes += anchor.nodes
    guard aliasNodes <= limits.aliasNodes else {
      throw failure("aliases add more than \(limits.aliasNodes) nodes to the document")
    }
    guard levels.count + anchor.height <= limits.depth else {
      throw failure("lists and maps lie more than \(limits.depth) deep in each other")
    }
    guard json.count + anchor.count <= limits.totalBytes else { throw tooLarge() }
    if let last = levels.indices.last, levels[last].awaitsKey {
      return try takeKey(aliasOf: anchor)
    }
    try begin()
    nodes += anchor.nodes - 1
    anchor.append(to: &json)
    try end(height: anchor.height)
  }

  private func tooLarge() -> YAMLError {
    failure("the document becomes more than \(limits.totalBytes) bytes of JSON")
  }

  /// Puts the comma in front of an element of a list; what a map needs, its key has put.
  @inline(__always)
  private mutating func begin() throws(YAMLError) {
    nodes += 1
    guard let last = levels.indices.last else { return }
    guard !levels[last].isMap else { return }
    if !levels[last].isEmpty { json.append(UInt8(ascii: ",")) }
    levels[last].isEmpty = false
  }

  /// Follows a whole value: the map around it awaits a key again.
  @inline(__always)
  private mutating func end(height: Int) throws(YAMLError) {
    guard json.count <= limits.totalBytes else { throw tooLarge() }
    guard let last = levels.indices.last else { return }
    if levels[last].height <= height { levels[last].height = height + 1 }
    guard levels[last].isMap else { return }
    levels[last].awaitsKey = true
    if levels[last].mergeStart != nil { try takeMerge() }
  }

  // MARK: Keys

  private mutating func takeKey(
    _ text: UnsafeBufferPointer<UInt8>, isPlain: Bool, _ tag: UnsafePointer<UInt8>?,
    anchor: UnsafePointer<UInt8>?
  ) throws(YAMLError) {
    nodes += 1
    let last = levels.count - 1
    levels[last].awaitsKey = false
    if isPlain, tag == nil, text.count == 2, text[0] == UInt8(ascii: "<"), text[1] == UInt8(ascii: "<") {
      if last == 0 { tap?.passed(key: nil) }
      levels[last].mergeStart = json.count
      levels[last].anchorsBeforeMerge = anchors.count
      return
    }
    if let anchor {
      let start = json.count
      try append(text, isPlain: isPlain, tag)
      anchors.define(String(cString: anchor), copy: Array(json[start...]), nodes: 1, height: 0)
      json.removeSubrange(start...)
    }
    try writeKey { $0.appendJSONString(text) }
  }

  private mutating func takeKey(aliasOf anchor: YAMLAnchors.Anchor) throws(YAMLError) {
    nodes += 1
    var bytes: [UInt8] = []
    anchor.append(to: &bytes, from: json)
    guard let first = bytes.first, first != UInt8(ascii: "{"), first != UInt8(ascii: "[") else {
      throw failure("a key must be a scalar: JSON has no lists or maps as keys")
    }
    levels[levels.count - 1].awaitsKey = false
    try writeKey { json in
      if first == UInt8(ascii: "\"") {
        json.append(contentsOf: bytes)
      } else {
        bytes.withUnsafeBufferPointer { json.appendJSONString($0) }
      }
    }
  }

  @inline(__always)
  private mutating func writeKey(_ write: (inout [UInt8]) -> Void) throws(YAMLError) {
    let last = levels.count - 1
    if !levels[last].isEmpty { json.append(UInt8(ascii: ",")) }
    levels[last].isEmpty = false
    let start = json.count
    write(&json)
    guard keys.insert(start..<json.count, of: json) else {
      throw failure("the key \(String(decoding: json[start...], as: UTF8.self)) occurs twice in this map")
    }
    if last == 0 { tap?.passed(key: json[start...]) }
    json.append(UInt8(ascii: ":"))
  }

  // MARK: Merge keys

  /// Takes the value of `<<` out of the JSON again, to be merged at the end of its map.
  private mutating func takeMerge() throws(YAMLError) {
    let last = levels.count - 1
    guard let start = levels[last].mergeStart else { return }
    levels[last].mergeStart = nil
    anchors.keepCopies(from: levels[last].anchorsBeforeMerge, of: json)
    let value = Array(json[start...])
    json.removeSubrange(start...)
    switch value.first {
    case UInt8(ascii: "{"): levels[last].merges.append(value)
    case UInt8(ascii: "["): try takeMergeList(value)
    default: throw failure("<< must be given a map or a list of maps")
    }
  }

  private mutating func takeMergeList(_ value: [UInt8]) throws(YAMLError) {
    var maps: [[UInt8]]? = []
    value.withUnsafeBufferPointer { source in
      // It was written here, within the same limits: nothing of it fails to be read.
      guard var cursor = try? JSONCursor(source, limits: limits) else { return }
      cursor.position = 1
      while cursor.peek() == UInt8(ascii: "{") {
        let start = cursor.position
        guard (try? cursor.skipValue(depth: 0)) != nil else { break }  // as above
        maps?.append(Array(value[start..<cursor.position]))
        if cursor.peek() == UInt8(ascii: ",") { cursor.position += 1 }
      }
      if cursor.peek() != UInt8(ascii: "]") { maps = nil }
    }
    guard let maps else { throw failure("<< must be given a map or a list of maps") }
    levels[levels.count - 1].merges += maps
  }

  /// Adds the members of merged maps whose keys the map does not have itself; earlier maps go first.
  private mutating func merge() throws(YAMLError) {
    let last = levels.count - 1
    guard !levels[last].merges.isEmpty else { return }
    for map in levels[last].merges {
      map.withUnsafeBufferPointer { source in
        // It was written here, within the same limits: nothing of it fails to be read.
        guard var cursor = try? JSONCursor(source, limits: limits), map.count > 2 else { return }
        cursor.position = 1
        while let (key, place) = try? cursor.takeKey() {
          guard (try? cursor.skipValue(depth: 0)) != nil else { return }  // as above
          let start = json.count
          json.append(contentsOf: source[place..<key.end + 1])
          let isNew = keys.insert(start..<json.count, of: json)
          json.removeSubrange(start...)
          if isNew {
            if !levels[last].isEmpty { json.append(UInt8(ascii: ",")) }
            levels[last].isEmpty = false
            keys.moveLast(to: json.count)
            json.append(contentsOf: source[place..<cursor.position])
          }
          // As above.
          guard let isEnd = try? cursor.takeSeparator(closing: UInt8(ascii: "}")), !isEnd else { return }
        }
      }
    }
    guard json.count <= limits.totalBytes else { throw tooLarge() }
  }
}
