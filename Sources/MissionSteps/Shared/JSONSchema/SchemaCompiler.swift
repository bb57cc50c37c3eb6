import Formats
import MissionModel

/// Turns schema documents into nodes. Follows every reference once, so that cycles are no trouble, and
/// collects all problems.
struct SchemaCompiler {
  private(set) var documents: SchemaDocuments
  private(set) var nodes: [SchemaNode] = []
  private(set) var problems: [SchemaProblem] = []
  /// What is probably a mistake, although a validator has to ignore it.
  private(set) var warnings: [SchemaProblem] = []
  /// For each name of a `$dynamicAnchor` in use: the node in each resource that has one.
  private(set) var dynamicTargets: [String: [Int: Int]] = [:]
  let patterns: Patterns

  private var nodeAt: [SchemaDocuments.Place: Int] = [:]
  private var waiting: [(node: Int, value: JSON, place: SchemaDocuments.Place)] = []
  private var compiledPatterns: [String: Pattern] = [:]

  /// The schema whose keywords are being compiled.
  struct Scope {
    let members: JSONObject
    let place: SchemaDocuments.Place
    let resource: Int
    let dialect: SchemaDialect
  }

  /// Makes a compiler for schemas in `documents`.
  init(_ documents: SchemaDocuments, patterns: Patterns) {
    self.documents = documents
    self.patterns = patterns
  }

  /// Compiles the schema at the root of `resource`, and all that it leads to; returns its node.
  mutating func compile(_ value: JSON, resource: Int) -> Int {
    let root = node(for: value, at: documents.resources[resource].root, in: resource)
    repeat { drain() } while addDynamicTargets()
    return root
  }

  /// The node of the schema at `place`, which is compiled now or later.
  mutating func node(for value: JSON, at place: SchemaDocuments.Place, in resource: Int) -> Int {
    if let known = nodeAt[place] { return known }
    nodes.append(SchemaNode(resource: documents.resource(at: place) ?? resource))
    nodeAt[place] = nodes.count - 1
    waiting.append((nodes.count - 1, value, place))
    return nodes.count - 1
  }

  private mutating func drain() {
    while let (node, value, place) = waiting.popLast() {
      switch value {
      case .bool(true): break
      case .bool(false): nodes[node].rules = [.never]
      case .object(let members):
        let resource = nodes[node].resource
        let scope = Scope(
          members: members, place: place, resource: resource,
          dialect: documents.resources[resource].dialect)
        let rules = rules(of: scope)
        nodes[node].rules = rules.filter { !$0.comesLast } + rules.filter(\.comesLast)
      case .null, .integer, .double, .decimal, .string, .array:
        report(place, "expected a schema (a map, true or false), not \(value.excerpt)")
      }
    }
  }

  /// Compiles what dynamic references may lead to; true if that was more than before.
  private mutating func addDynamicTargets() -> Bool {
    for name in dynamicTargets.keys {
      for (index, resource) in documents.resources.enumerated() {
        guard let place = resource.dynamicAnchors[name], dynamicTargets[name]?[index] == nil else { continue }
        follow("#" + name, at: place, in: index) { compiler, found in
          let node = compiler.node(for: found.value, at: found.place, in: found.resource)
          compiler.dynamicTargets[name]?[index] = node
        }
      }
    }
    return !waiting.isEmpty
  }

  private mutating func rules(of scope: Scope) -> [SchemaRule] {
    if scope.dialect.edition == .draft7, let reference = scope.members["$ref"] {
      return self.reference(reference, "$ref", in: scope).map { [$0] } ?? []
    }
    var rules: [SchemaRule] = []
    for (keyword, value) in scope.members {
      guard let vocabulary = scope.dialect.vocabulary(of: keyword) else {
        noteUnknown(keyword, in: scope)
        continue
      }
      guard scope.dialect.vocabularies.contains(vocabulary) else { continue }
      let rule: SchemaRule? =
        switch vocabulary {
        case .core: reference(value, keyword, in: scope)
        case .applicator: applicator(value, keyword, in: scope)
        case .validation: assertion(value, keyword, in: scope)
        case .unevaluated: unevaluated(value, keyword, in: scope)
        }
      if let rule { rules.append(rule) }
    }
    return rules
  }

  private mutating func noteUnknown(_ keyword: String, in scope: Scope) {
    guard !SchemaDialect.annotations.contains(keyword), !keyword.hasPrefix("x-"),
      let closest = EditDistance.closest(to: keyword, among: scope.dialect.keywords.sorted())
    else { return }
    warnings.append(
      SchemaProblem(
        documents.describe(scope.place.child(keyword)), "unknown keyword; did you mean \"\(closest)\"?"))
  }

  private mutating func reference(_ value: JSON, _ keyword: String, in scope: Scope) -> SchemaRule? {
    let place = scope.place.child(keyword)
    guard case .string(let text) = value else {
      report(place, "expected a URI reference, not \(value.excerpt)")
      return nil
    }
    var rule: SchemaRule?
    follow(text, at: place, in: scope.resource) { compiler, found in
      let target = compiler.node(for: found.value, at: found.place, in: found.resource)
      guard keyword == "$dynamicRef", let anchor = found.dynamicAnchor else {
        rule = .reference(.fixed(target))
        return
      }
      if compiler.dynamicTargets[anchor] == nil { compiler.dynamicTargets[anchor] = [:] }
      rule = .reference(.dynamic(target, anchor: anchor))
    }
    return rule
  }

  private mutating func follow(
    _ reference: String, at place: SchemaDocuments.Place, in resource: Int,
    then use: (inout SchemaCompiler, SchemaDocuments.Found) -> Void
  ) {
    do throws(SchemaProblem) {
      let found = try documents.follow(reference, from: resource, at: place)
      use(&self, found)
    } catch { problems.append(error) }
  }

  private mutating func unevaluated(_ value: JSON, _ keyword: String, in scope: Scope) -> SchemaRule? {
    let child = node(for: value, at: scope.place.child(keyword), in: scope.resource)
    return .unevaluated(keyword == "unevaluatedItems" ? .items(child) : .properties(child))
  }

  /// Notes a problem at `place`.
  mutating func report(_ place: SchemaDocuments.Place, _ message: String) {
    problems.append(SchemaProblem(documents.describe(place), message))
  }

  /// Compiles a regular expression; one that occurs twice is compiled once.
  mutating func pattern(_ source: String, at place: SchemaDocuments.Place) -> Pattern? {
    if let known = compiledPatterns[source] { return known }
    do throws(StepFailure) {
      let pattern = try patterns.compile(SchemaPattern.translate(source), PatternOptions())
      compiledPatterns[source] = pattern
      return pattern
    } catch {
      // One pattern may be used by two keywords, and is wrong once.
      let problem = SchemaProblem(documents.describe(place), error.message)
      if !problems.contains(problem) { problems.append(problem) }
      return nil
    }
  }
}
