import TestSupport
import Testing

@testable import MissionSteps

@Suite struct MedianSketchTests {
  @Test(arguments: [([], nil), ([3], 3), ([4, 1], 2.5), ([9, 1, 5], 5)] as [([Double], Double?)])
  func `the median of a few is exact`(values: [Double], expected: Double?) {
    var sketch = MedianSketch()
    for value in values { sketch.add(value) }
    #expect(sketch.median == expected)
    #expect(sketch.isExact)
  }

  @Test(arguments: [MedianSketch.exactCount - 1, MedianSketch.exactCount])
  func `it is exact below a limit`(count: Int) throws {
    var sketch = MedianSketch()
    for value in 0..<count { sketch.add(Double(value ^ 1)) }
    #expect(sketch.isExact == (count < MedianSketch.exactCount))
    #expect(abs(try #require(sketch.median) - Double(count - 1) / 2) <= (sketch.isExact ? 0 : 64))
  }

  @Test func `in less room fewer are exact, and the median of many is near`() throws {
    var sketch = MedianSketch(halvings: 60)
    for value in 0..<2047 { sketch.add(Double(value)) }
    #expect(sketch.isExact && sketch.median == 1023)
    for value in 2047..<100_000 { sketch.add(Double(value)) }
    #expect(!sketch.isExact)
    #expect(abs(try #require(sketch.median) - 50_000) < 3000)
  }

  @Test func `the median of numbers that rise is near, too`() throws {
    var sketch = MedianSketch()
    for value in 0..<2_000_000 { sketch.add(Double(value)) }
    #expect(abs(try #require(sketch.median) - 1_000_000) < 5000)
  }

  @Test func `the median of many is near`() throws {
    var generator = SeededBytes(seed: 3)
    var sketch = MedianSketch()
    for _ in 0..<600_000 { sketch.add(Double.random(in: 0..<1000, using: &generator)) }
    #expect(!sketch.isExact)
    #expect(abs(try #require(sketch.median) - 500) < 5)
  }
}
