import Drivers
import Formats
import MissionModel
import Testing

@testable import Sandbox

@Suite struct XMLLiveTests {
  @Test func `a tree, its elements and a query come in one answer`() async throws {
    var request = XMLRequest("t", Array("<a k='1'>x<b>y</b></a>".utf8))
    request.query = "count(//b)"
    let answer = try await MissionModel.XML.live().process(request)
    #expect(
      answer.root == [
        "name": "a", "attributes": ["k": "1"], "text": "x",
        "children": [["name": "b", "attributes": [:], "children": [], "text": "y"]],
      ])
    #expect(answer.elements == [["element": "a", "content": "x"], ["element": "b", "content": "y"]])
    #expect(answer.matches == [1])
  }

  @Test func `errors name the operation and what it worked on`() async {
    var request = XMLRequest("t.xml", Array("<a/>".utf8))
    request.query = "//["
    await #expect(throws: StepFailure(.badParameters, "query t.xml for //[: invalid expression")) {
      try await MissionModel.XML.live().process(request)
    }
    await #expect(throws: StepFailure("parse t: libxml2.so.2 is not on this host; install libxml2")) {
      try await MissionModel.XML.live(Drivers.XML(lookup: .empty)).process(XMLRequest("t", []))
    }
  }

  @Test func `a cancelled step parses nothing`() async {
    let task = Task {
      withUnsafeCurrentTask { $0?.cancel() }
      do throws(StepFailure) {
        _ = try await MissionModel.XML.live().process(XMLRequest("t", Array("<a/>".utf8)))
        return nil as StepFailure?
      } catch { return error }
    }
    #expect(await task.value == .cancelled)
  }
}
