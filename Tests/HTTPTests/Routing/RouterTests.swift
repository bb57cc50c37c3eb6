import Testing

@testable import HTTP

@Suite struct RouterTests {
  private let router = Router(
    [
      (Method.get, "/"), (.get, "/missions"), (.post, "/missions/execute"), (.get, "/missions/{id}"),
      (.delete, "/missions/{id}"), (.get, "/missions/{id}/steps/{step}/log"),
      (.post, "/missions/{id}/cancel"),
      (.get, "/step-types/{type}"), (.get, "/files/{a}/x"), (.get, "/files/new/y"),
    ].map { method, pattern in Route(method, pattern) { _ in Response(200) } })

  private func describe(_ method: HTTP.Method, _ path: String) -> String {
    switch router.match(method, path) {
    case .route(let index, let parameters):
      let values = zip(parameters.names, parameters.values).map { " \($0)=\($1)" }.joined()
      return router.routes[index].pattern.text + values
    case .methodNotAllowed(let methods): return "only " + methods.map(\.name).joined(separator: ", ")
    case .notFound: return "none"
    }
  }

  @Test(arguments: [
    (HTTP.Method.get, "/", "/"), (.get, "/missions", "/missions"),
    (.post, "/missions/execute", "/missions/execute"),
    (.get, "/missions/7", "/missions/{id} id=7"), (.delete, "/missions/7", "/missions/{id} id=7"),
    (.get, "/missions/7/steps/build/log", "/missions/{id}/steps/{step}/log id=7 step=build"),
    (.head, "/missions/7", "/missions/{id} id=7"), (.get, "/missions/a%2Fb", "/missions/{id} id=a/b"),
    (.get, "/step-types/%C3%BC", "/step-types/{type} type=ü"), (.get, "/files/new/x", "/files/{a}/x a=new"),
    (.get, "/files/new/y", "/files/new/y"), (.put, "/missions/7", "only GET, DELETE, HEAD"),
    (.get, "/missions/execute", "only POST"), (.other("BREW"), "/missions", "only GET, HEAD"),
    (.get, "/missions/", "none"), (.get, "/missions/7/steps", "none"), (.get, "//missions", "none"),
    (.get, "/Missions", "none"), (.get, "*", "none"), (.get, "", "none"), (.get, "/missions/7/", "none"),
    (.get, "/missions/7/steps//log", "none"),
  ])
  func `a path leads to its route`(method: HTTP.Method, path: String, found: String) {
    #expect(describe(method, path) == found)
  }

  @Test func `two routes for one thing are a programmer error`() async {
    await #expect(processExitsWith: .failure) {
      _ = Router(["/a/{x}", "/a/{y}"].map { Route(.get, $0) { _ in Response(200) } })
    }
  }
}
