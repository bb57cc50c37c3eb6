import Formats
import Testing

@testable import MissionModel

@Suite struct ConnectionPasswordsTests {
  @Test(arguments: [
    ("postgres://me:sesame-1@db/x", ["sesame-1"]), ("redis://:sesame-1@cache:6379/0", ["sesame-1"]),
    ("see 'ftp://a:sesame-1@f/' or https://b:sesame-2@h/p?q#f", ["sesame-1", "sesame-2"]),
    (#"{"url":"http://a:sesame-1@h","mail":"x@y.z"}"#, ["sesame-1", #"sesame-1@h","mail":"x"#]),
    ("mysql://a:ses%40me-1@h/db", ["ses%40me-1", "ses@me-1"]), ("mysql://a:se@same@h", ["se@same"]),
    ("postgresql:///db?user=a&password=sesame-1&port=1", ["sesame-1"]),
    ("psql postgres://a:it's\"so@h/x", ["it's\"so"]),
  ])
  func `a password is found wherever a connection string holds one`(text: String, passwords: [String]) {
    #expect(ConnectionPasswords.inside(text) == Set(passwords))
    #expect(ConnectionPasswords.inside(.object(["x": [["y": .string(text)]]])) == Set(passwords))
  }

  @Test(arguments: [
    "", "://", "a@b.c", "https://example.com/a:b@c", "ssh://git@host:22/x", "http://[::1]:80/", "a:b@c",
    "postgres://me:{{secret.db}}@db/x", "redis://:@cache", "postgres://db/x?password=", "x://y z:secret@h",
  ])
  func `what only looks like one holds none`(text: String) {
    #expect(ConnectionPasswords.inside(text).isEmpty)
  }

  @Test func `a mission with a literal password is told where, and what to do`() throws {
    let document = """
      name: literal
      context: {cache: "redis://:sesame-2@cache"}
      steps:
      - {id: a, step_type: http, parameters: {url: "http://me:sesame-1@h/"}}
      - {id: b, step_type: http, parameters: {url: "http://me:pw@h/"}}
      - {id: c, step_type: http, parameters: {url: "http://{{secret.user}}:{{secret.word}}@h/?a=b"}}
      """
    let loader = DocumentLoader(catalog: LoaderSteps.catalog)
    let warnings = try loader.load(Array(document.utf8)).warnings
    #expect(
      warnings.map(\.pointer) == ["/context/cache", "/steps/0/parameters/url", "/steps/1/parameters/url"])
    #expect(warnings.map(\.line) == [2, 4, 5])
    #expect(warnings[1].message == "holds a password, which is stored with the document")
    #expect(
      warnings[2].message
        == "holds a password, which is stored with the document and is too short to be masked elsewhere")
    #expect(warnings.allSatisfy { $0.hint == "make it a secret and write {{secret.NAME}}" })
  }

  @Test func `what is wrong with a mission is told without its passwords`() throws {
    let document = """
      name: literal
      steps: [{id: a, step_type: http, parameters: {url: "http://h/", retries: "http://me:sesame-1@h/"}}]
      """
    let error = try #require(throws: ValidationError.self) {
      try DocumentLoader(catalog: LoaderSteps.catalog).load(Array(document.utf8))
    }
    #expect(error.problems.contains { $0.pointer.hasSuffix("retries") && $0.severity == .error })
    #expect(!"\(error)".contains("sesame-1"))
  }
}
