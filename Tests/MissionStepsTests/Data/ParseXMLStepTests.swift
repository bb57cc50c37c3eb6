import Formats
import MissionModel
import TestSupport
import Testing

@testable import MissionSteps

@Suite struct ParseXMLStepTests {
  private let runner: StepRunner

  init() throws {
    runner = try StepRunner()
    try runner.directory.write("<a id='1'><n>5</n></a>", to: "a.xml")
    try runner.directory.write(
      """
      <xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema">
      <xs:element name="a"><xs:complexType><xs:sequence><xs:element name="n" type="xs:integer"/></xs:sequence>
      <xs:attribute name="id"/></xs:complexType></xs:element></xs:schema>
      """, to: "a.xsd")
    try runner.directory.write(
      """
      <xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform">
      <xsl:output method="text"/>
      <xsl:template match="/">n is <xsl:value-of select="a/n"/></xsl:template></xsl:stylesheet>
      """, to: "a.xsl")
  }

  @Test func `a text comes as a tree and as a list`() async throws {
    let output = try await runner.run(ParseXMLStep.self, ["content": "<a k='v'>x<b/></a>"])
    #expect(
      output == [
        "root": [
          "name": "a", "attributes": ["k": "v"], "text": "x",
          "children": [["name": "b", "attributes": [:], "children": [], "text": ""]],
        ],
        "elements": [["element": "a", "content": "x"], ["element": "b", "content": ""]], "element_count": 2,
        "matches": nil, "result": nil, "valid": true,
      ])
  }

  @Test(arguments: ["file", "path", "input_file"])
  func `a file is read under each spelling`(spelling: String) async throws {
    #expect(try await runner.run(ParseXMLStep.self, "{ \(spelling): a.xml }")["element_count"] == 2)
  }

  @Test func `a query finds its matches, under prefixes of its own`() async throws {
    #expect(try await runner.run(ParseXMLStep.self, "{ file: a.xml, query: //@id }")["matches"] == ["1"])
    let output = try await runner.run(
      ParseXMLStep.self,
      ["content": "<a xmlns='urn:x'><b>1</b></a>", "query": "string(//p:b)", "namespaces": ["p": "urn:x"]])
    #expect(output["matches"] == ["1"])
  }

  @Test func `a document that matches its schema is valid, another fails with all that is wrong`()
    async throws
  {
    #expect(try await runner.run(ParseXMLStep.self, "{ file: a.xml, schema_file: a.xsd }")["valid"] == true)
    let failed = await failure {
      try await runner.run(ParseXMLStep.self, ["content": "<a><n>x</n></a>", "schema_file": "a.xsd"])
    }
    #expect(
      failed?.message
        == "content does not match a.xsd: line 1: element 'n': "
        + "'x' is not a valid value of the atomic type 'xs:integer'"
    )
    #expect(failed?.output?["valid"] == false)
  }

  @Test func `what is no schema, and a prefix without its namespace, are told`() async {
    #expect(
      await failure { try await runner.run(ParseXMLStep.self, "{ file: a.xml, schema_file: a.xml }") }
        == StepFailure(.badParameters, "compile the schema a.xml: it is not a schema document"))
    #expect(
      await failure { try await runner.run(ParseXMLStep.self, "{ file: a.xml, query: //p:n }") }
        == StepFailure(
          .badParameters,
          "query a.xml for //p:n: undefined namespace prefix; give its address in \"namespaces\""))
  }

  @Test func `a stylesheet transforms`() async throws {
    #expect(
      try await runner.run(ParseXMLStep.self, "{ file: a.xml, stylesheet: a.xsl }")["result"] == "n is 5")
  }

  @Test func `what is not XML fails`() async {
    let failed = await failure { try await runner.run(ParseXMLStep.self, ["content": "<a>"]) }
    #expect(failed?.message == "parse content: line 1: premature end of data in tag a line 1")
  }

  @Test func `a missing library names its package`() async {
    var runner = runner
    runner.capabilities.xml = .unavailable
    let failed = await failure { [runner] in try await runner.run(ParseXMLStep.self, ["content": "<a/>"]) }
    #expect(failed?.message == "parse content: libxml2 is not on this host; install libxml2")
  }

  @Test(arguments: [
    ("{}", ["needs one of \"content\", \"file\""]),
    ("{ file: a, namespaces: { p: u } }", ["/namespaces: is of no use without \"query\""]),
    ("{ file: a, query: '' }", ["/query: expected a string that is not empty, not \"\""]),
  ])
  func `bad parameters are refused at submission`(parameters: String, problems: [String]) throws {
    let found = try StepRunner.problems(ParseXMLStep.self, parameters)
    #expect(found.map { $0.hasPrefix(": ") ? String($0.dropFirst(2)) : $0 } == problems)
  }

  @Test func `the example is right`() throws {
    #expect(try StepRunner.example(ParseXMLStep.self)["file"] == "pom.xml")
  }
}
