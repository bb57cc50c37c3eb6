/// Finds the route of a request: a tree of path segments, in which a literal goes before a place.
package struct Router: Sendable {
  /// What was found for a method and path.
  package enum Match: Sendable {
    case route(Int, PathParameters)
    /// The path exists, for these methods only: 405 with `Allow`.
    case methodNotAllowed([Method])
    case notFound
  }

  private struct Node: Sendable {
    var literals: [(segment: [UInt8], node: Int)] = []
    var parameter: Int?
    var routes: [(method: Method, route: Int)] = []
  }

  /// All routes, in the order in which they were given; `Match.route` is an index into them.
  package let routes: [Route]
  /// The path where all routes are described, for who asks for what is not there; nil where none is.
  package let overview: String?
  private let parameterNames: [[String]]
  private var nodes: [Node] = [Node()]

  /// Builds the tree. Two routes with the same method and places are a programmer error.
  package init(_ routes: [Route], overview: String? = nil) {
    self.routes = routes
    self.overview = overview
    parameterNames = routes.map(\.pattern.parameterNames)
    for (index, route) in routes.enumerated() { insert(route, index) }
  }

  /// Finds the route for a path as it was sent. Its segments are decoded one by one, so that an escaped
  /// slash never makes a segment of its own.
  package func match(_ method: Method, _ path: String) -> Match {
    Array(path.utf8).withUnsafeBufferPointer { match(method, $0) }
  }

  func match(_ method: Method, _ path: UnsafeBufferPointer<UInt8>) -> Match {
    guard path.first == UInt8(ascii: "/") else { return .notFound }
    var values: [Range<Int>] = []
    guard let found = find(node: 0, start: 1, path, &values) else { return .notFound }
    let node = nodes[found]
    guard let route = Self.route(for: method, in: node) else {
      var allowed = node.routes.map(\.method)
      if allowed.contains(.get), !allowed.contains(.head) { allowed.append(.head) }
      return .methodNotAllowed(allowed)
    }
    guard !values.isEmpty else { return .route(route, .none) }
    let texts = values.map { PercentCoding.decode(path[$0]) }
    return .route(route, PathParameters(names: parameterNames[route], values: texts))
  }

  private static func route(for method: Method, in node: Node) -> Int? {
    for (candidate, route) in node.routes where candidate == method { return route }
    guard method == .head else { return nil }
    return Self.route(for: .get, in: node)
  }

  /// Follows the path from `start`, the first byte of a segment, and returns the node where it ends.
  private func find(
    node: Int, start: Int, _ path: UnsafeBufferPointer<UInt8>, _ values: inout [Range<Int>]
  ) -> Int? {
    guard start <= path.count else { return nodes[node].routes.isEmpty ? nil : node }
    var end = start
    while end < path.count, path[end] != UInt8(ascii: "/") { end += 1 }
    for (segment, child) in nodes[node].literals where Self.equal(segment, path, start..<end) {
      if let found = find(node: child, start: end + 1, path, &values) { return found }
    }
    guard let child = nodes[node].parameter, end > start else { return nil }
    values.append(start..<end)
    if let found = find(node: child, start: end + 1, path, &values) { return found }
    values.removeLast()
    return nil
  }

  private static func equal(
    _ segment: [UInt8], _ path: UnsafeBufferPointer<UInt8>, _ range: Range<Int>
  ) -> Bool {
    guard segment.count == range.count else { return false }
    for offset in segment.indices where segment[offset] != path[range.lowerBound + offset] { return false }
    return true
  }

  private mutating func insert(_ route: Route, _ index: Int) {
    var node = 0
    for segment in route.pattern.segments { node = child(of: node, for: segment) }
    precondition(
      !nodes[node].routes.contains { $0.method == route.method },
      "two routes for \(route.method.name) \(route.pattern.text)")
    nodes[node].routes.append((route.method, index))
  }

  private mutating func child(of node: Int, for segment: RoutePattern.Segment) -> Int {
    switch segment {
    case .literal(let bytes):
      if let known = nodes[node].literals.first(where: { $0.segment == bytes }) { return known.node }
      nodes.append(Node())
      nodes[node].literals.append((bytes, nodes.count - 1))
    case .parameter:
      if let known = nodes[node].parameter { return known }
      nodes.append(Node())
      nodes[node].parameter = nodes.count - 1
    }
    return nodes.count - 1
  }
}
