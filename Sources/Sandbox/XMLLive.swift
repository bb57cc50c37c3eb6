package import Drivers
import Formats
package import MissionModel
import Posix

extension MissionModel.XML {
  /// XML through libxml2 and libxslt of the host, on a thread that may block.
  package static func live(_ library: Drivers.XML = .host, _ stylesheets: XSLT = .host) -> MissionModel.XML {
    MissionModel.XML { request throws(StepFailure) in
      let outcome: Result<XMLAnswer, StepFailure>
      // The library's own bounds end what a cancelled step no longer waits for.
      do throws(CancellationError) {
        outcome = try await BlockingWork.clients.runUnlessCancelled { _ in
          Result { () throws(StepFailure) in try answer(request, library, stylesheets) }
        }
      } catch { throw .cancelled }
      return try outcome.get()
    }
  }

  private static func answer(
    _ request: XMLRequest, _ library: Drivers.XML, _ stylesheets: XSLT
  ) throws(StepFailure) -> XMLAnswer {
    let document = try run("parse \(request.title)") { () throws(XMLError) in
      try library.parse(request.bytes, title: request.title)
    }
    var answer = XMLAnswer()
    if let schema = request.schema {
      let found = try run("compile the schema \(schema.title)", isParameter: true) { () throws(XMLError) in
        try document.violations(of: schema.bytes, title: schema.title)
      }
      answer.violations = found.map { .init(path: $0.path, keyword: $0.keyword, message: $0.message) }
    }
    if let query = request.query {
      let found = try run("query \(request.title) for \(query)", isParameter: true) { () throws(XMLError) in
        do throws(XMLError) { return try document.matches(of: query, namespaces: request.namespaces) } catch {
          guard case .query("undefined namespace prefix") = error else { throw error }
          throw .query("undefined namespace prefix; give its address in \"namespaces\"")
        }
      }
      answer.matches = found.map(json)
    }
    if request.wantsTree, let root = document.root {
      answer.root = json(root)
      list(root, into: &answer.elements)
    }
    if let stylesheet = request.stylesheet {
      let style = try run("parse \(stylesheet.title)", isParameter: true) { () throws(XMLError) in
        try library.parse(stylesheet.bytes, title: stylesheet.title)
      }
      answer.result = try run("transform \(request.title) by \(stylesheet.title)") { () throws(XMLError) in
        try stylesheets.transform(document, by: style)
      }
    }
    return answer
  }

  /// Gives errors the words of the operation; what is wrong with a parameter is not tried again.
  private static func run<Value>(
    _ operation: String, isParameter: Bool = false, _ body: () throws(XMLError) -> Value
  ) throws(StepFailure) -> Value {
    do throws(XMLError) { return try body() } catch {
      if case .library = error { throw StepFailure("\(operation): \(error)") }
      throw StepFailure(isParameter ? .badParameters : .failed, "\(operation): \(error)")
    }
  }

  private static func json(_ match: XMLMatch) -> JSON {
    switch match {
    case .element(let element): json(element)
    case .text(let text): .string(text)
    case .number(let number):
      Int64(exactly: number).map(JSON.integer) ?? (number.isFinite ? .double(number) : .null)
    case .bool(let flag): .bool(flag)
    }
  }

  private static func json(_ element: XMLElement) -> JSON {
    [
      "name": .string(element.name),
      "attributes": .object(JSONObject(element.attributes.map { ($0.name, .string($0.value)) })),
      "children": .array(element.children.map(json)), "text": .string(element.text),
    ]
  }

  private static func list(_ element: XMLElement, into elements: inout [JSON]) {
    elements.append(["element": .string(element.name), "content": .string(element.text)])
    for child in element.children { list(child, into: &elements) }
  }
}
