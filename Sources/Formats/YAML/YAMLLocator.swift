import CYaml

/// Finds places within a YAML text by walking its events again.
struct YAMLLocator: ~Copyable {
  private var events: YAMLEvents
  private var found: [String: SourceLocator.Location] = [:]

  /// Finds what `wanted` asks for.
  static func locate(
    _ wanted: SourceLocator.Wanted, in source: UnsafeBufferPointer<UInt8>
  ) -> [String: SourceLocator.Location] {
    var locator = YAMLLocator(events: YAMLEvents(source))
    // Whoever loaded the text has told its fault; here it only ends the search.
    try? locator.run(wanted)
    return locator.found
  }

  private init(events: consuming YAMLEvents) { self.events = events }

  private mutating func run(_ wanted: SourceLocator.Wanted) throws(YAMLError) {
    var type = try events.next()
    while type == YAML_STREAM_START_EVENT || type == YAML_DOCUMENT_START_EVENT { type = try events.next() }
    try visit(wanted, key: nil, type)
  }

  /// Visits the node whose first event is the current one.
  private mutating func visit(
    _ wanted: SourceLocator.Wanted, key: TextPosition?, _ type: yaml_event_type_t
  ) throws(YAMLError) {
    let location = SourceLocator.Location(key: key, value: events.position)
    if let pointer = wanted.pointer { found[pointer] = location }
    switch type {
    case YAML_MAPPING_START_EVENT where !wanted.children.isEmpty: try visitMap(wanted)
    case YAML_SEQUENCE_START_EVENT where !wanted.children.isEmpty: try visitList(wanted)
    case YAML_MAPPING_START_EVENT, YAML_SEQUENCE_START_EVENT: try skip()
    case YAML_ALIAS_EVENT: wanted.forEach { found[$0] = location }
    default: break
    }
  }

  private mutating func visitMap(_ wanted: SourceLocator.Wanted) throws(YAMLError) {
    while true {
      let type = try events.next()
      guard type == YAML_SCALAR_EVENT else {
        // An alias as key names what nobody asks for by name; anything else ends the map or the document.
        guard type == YAML_ALIAS_EVENT else { return }
        try skipNode(try events.next())
        continue
      }
      let scalar = events.current.pointee.data.scalar
      let name = String(
        decoding: UnsafeBufferPointer(start: UnsafePointer(scalar.value), count: scalar.length), as: UTF8.self
      )
      let key = events.position
      let value = try events.next()
      if let child = wanted.children[name] {
        try visit(child, key: key, value)
      } else {
        if name == "<<" { noteMerged(wanted, at: key) }
        try skipNode(value)
      }
    }
  }

  /// What a merge key may bring stands at the merge key, until the map's own key says otherwise.
  private mutating func noteMerged(_ wanted: SourceLocator.Wanted, at place: TextPosition) {
    let location = SourceLocator.Location(key: place, value: place)
    for child in wanted.children.values {
      child.forEach { if found[$0] == nil { found[$0] = location } }
    }
  }

  private mutating func visitList(_ wanted: SourceLocator.Wanted) throws(YAMLError) {
    var index = 0
    while true {
      let type = try events.next()
      if type == YAML_SEQUENCE_END_EVENT { return }
      if let child = wanted.children[String(index)] {
        try visit(child, key: nil, type)
      } else {
        try skipNode(type)
      }
      index += 1
    }
  }

  private mutating func skipNode(_ type: yaml_event_type_t) throws(YAMLError) {
    if type == YAML_MAPPING_START_EVENT || type == YAML_SEQUENCE_START_EVENT { try skip() }
  }

  /// Skips to the end of the list or map that the current event began.
  private mutating func skip() throws(YAMLError) {
    var depth = 1
    while depth > 0 {
      switch try events.next() {
      case YAML_MAPPING_START_EVENT, YAML_SEQUENCE_START_EVENT: depth += 1
      case YAML_MAPPING_END_EVENT, YAML_SEQUENCE_END_EVENT: depth -= 1
      default: break
      }
    }
  }
}
