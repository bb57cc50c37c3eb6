import HTTP
import Testing

@Suite struct StatusTests {
  @Test(arguments: [
    100, 200, 201, 202, 204, 206, 304, 400, 401, 403, 404, 405, 406, 408, 409, 411, 412, 413, 414, 415, 416,
    417, 422,
    428, 429, 431, 500, 501, 503, 505, 507,
  ])
  func `every status that is sent has a phrase`(code: Int) {
    #expect(!Status(code).phrase.description.isEmpty)
  }

  @Test(arguments: [(199, true), (200, false), (204, true), (205, false), (304, true), (404, false)])
  func `some answers never have content`(code: Int, forbids: Bool) {
    #expect(Status(code).forbidsContent == forbids)
  }
}
