import Formats
import MissionModel

/// The documents that a schema is made of: which resources they hold, and what a reference leads to.
struct SchemaDocuments {
  /// A place in a document.
  struct Place: Hashable {
    var document: Int
    /// JSON pointer (RFC 6901).
    var pointer: String

    /// The place of a member or element below this one.
    func child(_ keys: String...) -> Place {
      Place(document: document, pointer: keys.reduce(pointer) { $0 + "/" + SchemaDocuments.escape($1) })
    }
  }

  /// A schema that has an address of its own: a document's root, or what has an `$id`.
  struct Resource {
    /// Without a fragment.
    var uri: SchemaURI
    var root: Place
    var dialect: SchemaDialect
    var anchors: [String: Place] = [:]
    var dynamicAnchors: [String: Place] = [:]
  }

  /// A schema that was found: its value, where it stands, and whose base address holds there.
  struct Found {
    var place: Place
    var value: JSON
    var resource: Int
    /// The name of the `$dynamicAnchor` that the reference names, if it is one.
    var dynamicAnchor: String?
  }

  private(set) var resources: [Resource] = []
  private var values: [JSON] = []
  private var byURI: [String: Int] = [:]
  private var resourceAt: [Place: Int] = [:]
  /// Documents that nothing has referred to yet.
  private var unread: [String: JSON] = [:]

  /// Keeps `documents` for references to their addresses.
  init(_ documents: [String: JSON]) {
    for (address, document) in documents {
      unread[SchemaURI(address).withoutFragment.description] = document
    }
  }

  /// Takes in a document and returns its root resource.
  mutating func add(
    _ value: JSON, address: String, dialect: SchemaDialect
  ) throws(SchemaProblem) -> Int {
    values.append(value)
    let place = Place(document: values.count - 1, pointer: "")
    let declared = try self.dialect(of: value, otherwise: dialect, at: place)
    let root = makeResource(SchemaURI(address).withoutFragment, at: place, declared)
    try scan(value, at: place, in: root)
    return root
  }

  /// The resource whose base address holds at `place`, where that is one's root.
  func resource(at place: Place) -> Int? { resourceAt[place] }

  /// The pointer, with the document's address in front where it is not the first one.
  func describe(_ place: Place) -> String {
    guard place.document > 0 else { return place.pointer }
    let root = resources.first { $0.root == Place(document: place.document, pointer: "") }
    return (root?.uri.description ?? "") + "#" + place.pointer
  }

  static func escape(_ key: String) -> String {
    key.utf8.contains { $0 == UInt8(ascii: "~") || $0 == UInt8(ascii: "/") }
      ? key.replacing("~", with: "~0").replacing("/", with: "~1") : key
  }

  private static func unescape(_ token: String) -> String {
    token.utf8.contains(UInt8(ascii: "~"))
      ? token.replacing("~1", with: "/").replacing("~0", with: "~") : token
  }
}

// MARK: Finding resources and anchors

extension SchemaDocuments {
  private mutating func makeResource(_ uri: SchemaURI, at place: Place, _ dialect: SchemaDialect) -> Int {
    resources.append(Resource(uri: uri, root: place, dialect: dialect))
    let index = resources.count - 1
    if byURI[uri.description] == nil { byURI[uri.description] = index }
    resourceAt[place] = index
    return index
  }

  /// Finds every `$id` and anchor in `value`, looking only where the dialect keeps schemas.
  private mutating func scan(_ value: JSON, at place: Place, in resource: Int) throws(SchemaProblem) {
    var waiting = [(value, place, resource)]
    while let (value, place, enclosing) = waiting.popLast() {
      guard case .object(let members) = value else { continue }
      let resource = try identify(members, at: place, in: enclosing)
      let dialect = resources[resource].dialect
      for (keyword, held) in members {
        guard let holding = dialect.holding(of: keyword) else { continue }
        for (keys, subschema) in Self.subschemas(of: held, holding) {
          let child = keys.reduce(place.child(keyword)) { $0.child($1) }
          waiting.append((subschema, child, resource))
        }
      }
    }
  }

  /// Notes what a schema calls itself; returns the resource that it and its subschemas belong to.
  private mutating func identify(
    _ members: JSONObject, at place: Place, in enclosing: Int
  ) throws(SchemaProblem) -> Int {
    var resource = enclosing
    let edition = resources[enclosing].dialect.edition
    // In draft 7 nothing beside `$ref` counts.
    if edition == .draft7, members["$ref"] != nil { return resource }
    if case .string(let id)? = members["$id"] {
      let uri = SchemaURI(id).resolved(against: resources[enclosing].uri)
      if edition == .draft7, let anchor = uri.fragment, !anchor.isEmpty, id.hasPrefix("#") {
        resources[resource].anchors[anchor] = place
      } else if place.pointer.isEmpty {
        // A document that calls itself something else than where it came from is known by both names.
        resources[resource].uri = uri.withoutFragment
        byURI[uri.withoutFragment.description] = resource
      } else if uri.withoutFragment != resources[enclosing].uri {
        let dialect = try dialect(of: .object(members), otherwise: resources[enclosing].dialect, at: place)
        resource = makeResource(uri.withoutFragment, at: place, dialect)
      }
    }
    if edition == .draft2020 {
      if case .string(let anchor)? = members["$anchor"] { resources[resource].anchors[anchor] = place }
      if case .string(let anchor)? = members["$dynamicAnchor"] {
        resources[resource].anchors[anchor] = place
        resources[resource].dynamicAnchors[anchor] = place
      }
    }
    return resource
  }

  /// The subschemas in a keyword's value, each with the keys that lead to it.
  private static func subschemas(
    of value: JSON, _ holding: SchemaDialect.Holding
  ) -> [(keys: [String], value: JSON)] {
    switch (holding, value) {
    case (.one, _): [([], value)]
    case (.list, .array(let elements)), (.oneOrList, .array(let elements)):
      elements.enumerated().map { ([String($0.offset)], $0.element) }
    case (.oneOrList, _): [([], value)]
    case (.map, .object(let members)), (.mapOfSchemasOrLists, .object(let members)):
      members.map { ([$0.key], $0.value) }
    case (.list, _), (.map, _), (.mapOfSchemasOrLists, _): []
    }
  }

  /// The dialect that `$schema` names: a standard one, or one that a given document describes.
  private func dialect(
    of value: JSON, otherwise fallback: SchemaDialect, at place: Place
  ) throws(SchemaProblem) -> SchemaDialect {
    guard let declared = value["$schema"] else { return fallback }
    guard case .string(let text) = declared else {
      throw SchemaProblem(describe(place.child("$schema")), "expected a URI, not \(declared.excerpt)")
    }
    var uri = SchemaURI(text)
    if uri.fragment == "" { uri.fragment = nil }
    if let standard = SchemaDialect.standard(uri.description) { return standard }
    guard let meta = unread[uri.description] ?? document(uri.description) else {
      throw SchemaProblem(
        describe(place.child("$schema")),
        "\"\(text)\" is not known; use https://json-schema.org/draft/2020-12/schema or "
          + "http://json-schema.org/draft-07/schema#")
    }
    var dialect =
      meta["$schema"]?.stringValue.flatMap {
        SchemaDialect.standard(SchemaURI($0).withoutFragment.description)
      }
      ?? .draft2020
    guard case .object(let vocabularies)? = meta["$vocabulary"] else { return dialect }
    dialect.vocabularies = []
    for (name, isNeeded) in vocabularies where name.hasPrefix(SchemaDialect.vocabularyPrefix) {
      let word = String(name.dropFirst(SchemaDialect.vocabularyPrefix.count))
      if let known = SchemaDialect.Vocabulary(rawValue: word), isNeeded.boolValue != nil {
        dialect.vocabularies.insert(known)
      }
    }
    let unknown = vocabularies.first {
      $0.value == .bool(true) && !$0.key.hasPrefix(SchemaDialect.vocabularyPrefix)
    }
    if let unknown {
      throw SchemaProblem(
        describe(place.child("$schema")),
        "\"\(text)\" needs the vocabulary \"\(unknown.key)\", which is not known")
    }
    return dialect
  }

  private func document(_ uri: String) -> JSON? {
    byURI[uri].map { values[resources[$0].root.document] }
  }
}

// MARK: Following references

extension SchemaDocuments {
  /// What `reference` means inside `resource`. `place` is where the reference stands, for the error.
  mutating func follow(
    _ reference: String, from resource: Int, at place: Place
  ) throws(SchemaProblem) -> Found {
    let target = SchemaURI(reference).resolved(against: resources[resource].uri)
    let dialect = resources[resource].dialect
    guard let base = try self.resource(named: target.withoutFragment.description, dialect) else {
      throw SchemaProblem(
        describe(place), "\"\(reference)\" leads to \(target.withoutFragment), which was not given")
    }
    let root = resources[base].root
    let fragment = target.fragment ?? ""
    guard let name = PercentEncoding.decode(fragment) else {
      throw SchemaProblem(describe(place), "\"\(reference)\" has a % without two hexadecimal digits")
    }
    if name.isEmpty || name.hasPrefix("/") {
      guard let found = value(at: name, below: root, in: base) else {
        throw SchemaProblem(describe(place), "\"\(reference)\" leads nowhere")
      }
      return found
    }
    guard let anchored = resources[base].anchors[name],
      let found = value(at: anchored.pointer, below: Place(document: root.document, pointer: ""), in: base)
    else {
      let closest = EditDistance.closest(to: name, among: resources[base].anchors.keys.sorted())
      throw SchemaProblem(
        describe(place),
        "\"\(reference)\" leads nowhere" + (closest.map { "; did you mean \"#\($0)\"?" } ?? ""))
    }
    return Found(
      place: found.place, value: found.value, resource: base,
      dynamicAnchor: resources[base].dynamicAnchors[name] == nil ? nil : name)
  }

  /// The resource at an address; a document that does not name its dialect is of the one that refers to it.
  private mutating func resource(
    named uri: String, _ dialect: SchemaDialect
  ) throws(SchemaProblem) -> Int? {
    if let known = byURI[uri] { return known }
    guard let document = unread.removeValue(forKey: uri) ?? MetaSchemas.document(uri) else { return nil }
    return try add(document, address: uri, dialect: dialect)
  }

  /// Walks a pointer down from `root`; what has an `$id` on the way changes the base address.
  private func value(at pointer: String, below root: Place, in resource: Int) -> Found? {
    guard var value = self.value(at: root) else { return nil }
    var found = Found(place: root, value: value, resource: resource, dynamicAnchor: nil)
    for token in pointer.split(separator: "/", omittingEmptySubsequences: false).dropFirst() {
      guard let next = Self.step(into: value, by: Self.unescape(String(token))) else { return nil }
      value = next
      found.place.pointer += "/" + token
      found.resource = resourceAt[found.place] ?? found.resource
    }
    found.value = value
    return found
  }

  private func value(at place: Place) -> JSON? {
    var value = values[place.document]
    for token in place.pointer.split(separator: "/", omittingEmptySubsequences: false).dropFirst() {
      guard let next = Self.step(into: value, by: Self.unescape(String(token))) else { return nil }
      value = next
    }
    return value
  }

  private static func step(into value: JSON, by key: String) -> JSON? {
    switch value {
    case .object(let members): members[key]
    case .array: Int(key).flatMap { value[$0] }
    case .null, .bool, .integer, .double, .decimal, .string: nil
    }
  }
}

/// One thing wrong with a schema: where, as a JSON pointer, and what.
struct SchemaProblem: Error, Equatable {
  let pointer: String
  let message: String

  init(_ pointer: String, _ message: String) {
    self.pointer = pointer
    self.message = message
  }
}
