import Testing

@testable import MissionSteps

@Suite struct LiteralReplacerTests {
  @Test(arguments: [1, 2, 3, 5, 100])
  func `pieces of any size give the same`(size: Int) {
    let text = Array("aabaab xaabx aab".utf8)
    var replacer = LiteralReplacer(Array("aab".utf8), with: Array("-".utf8), limit: .max)
    var result: [UInt8] = []
    for start in stride(from: 0, to: text.count, by: size) {
      result += replacer.replace(Array(text[start..<min(start + size, text.count)]))
    }
    result += replacer.finish()
    #expect(String(decoding: result, as: UTF8.self) == "-- x-x -")
    #expect(replacer.replacements == 4)
  }

  @Test func `after the last one that is wanted all stays`() {
    var replacer = LiteralReplacer(Array("a".utf8), with: Array("aa".utf8), limit: 2)
    let result = replacer.replace(Array("aaa".utf8)) + replacer.finish()
    #expect(String(decoding: result, as: UTF8.self) == "aaaaa")
    #expect(replacer.replacements == 2)
  }
}
