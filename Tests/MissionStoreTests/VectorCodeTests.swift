import MissionModel
import TestSupport
import Testing

@testable import MissionStore

@Suite struct VectorCodeTests {
  @Test func `a product with a code is wrong by no more than it says`() {
    var random = SeededBytes(seed: 3)
    for count in [1, 2, 7, 384, 4096] {
      for _ in 0..<20 {
        let left = (0..<count).map { _ in Float.random(in: -3...3, using: &random) }
        let right = (0..<count).map { _ in Float.random(in: -0.01...0.01, using: &random) }
        let probe = VectorProbe(left)
        let (product, error, length) = VectorCode.bytes(right).withUnsafeBytes { probe.compare($0) }
        #expect(abs(product - left.product(right)) <= error)
        #expect(abs(length - right.product(right).squareRoot()) < 1e-6)
        #expect(error < 0.02 * probe.length * length)
      }
    }
  }

  @Test func `a code has a head and a byte for each dimension`() {
    #expect(VectorCode.bytes([1, -1, 0.5]).suffix(3) == [127, 129, 64])
    #expect(VectorCode.bytes([1, -1, 0.5]).count == 15)
  }

  @Test func `a vector without length is near nothing`() {
    let (product, error, length) = VectorCode.bytes([0, 0]).withUnsafeBytes {
      VectorProbe([1, 1]).compare($0)
    }
    #expect(product == 0 && error == 0 && length == 0)
  }

  @Test func `the largest sums fit`() {
    let vector = [Float](repeating: 1, count: VectorProbe.mostDimensions)
    let (product, error, _) = VectorCode.bytes(vector).withUnsafeBytes { VectorProbe(vector).compare($0) }
    #expect(abs(product - 4096) <= max(error, 0.01))
  }

  @Test func `bytes become the vector that they were`() {
    #expect(VectorBytes.bytes([1.5, -2]).withUnsafeBytes { VectorBytes.vector($0) } == [1.5, -2])
  }
}
