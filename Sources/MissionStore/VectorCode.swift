import MissionModel

/// A vector in a byte for each dimension, and how wrong that is at most.
///
/// The bytes of a code: scale, length, length of what rounding lost (each a Float32 of this machine), then
/// the
/// dimensions as signed bytes. A product with a code is exact within a bound (Cauchy-Schwarz), so a search
/// over
/// codes finds which vectors may be among the best, and none that is among them is missed.
enum VectorCode {
  static let headBytes = 12

  /// The code of a vector.
  static func bytes(_ vector: [Float]) -> [UInt8] {
    let largest = vector.reduce(0) { max($0, abs($1)) }
    let scale = largest / 127
    var lost: Double = 0
    var codes: [UInt8] = []
    codes.reserveCapacity(vector.count)
    for number in vector {
      let code = scale > 0 ? (number / scale).rounded() : 0
      lost += Double(number - code * scale) * Double(number - code * scale)
      codes.append(UInt8(bitPattern: Int8(max(-127, min(127, code)))))
    }
    return [scale, Float(vector.product(vector).squareRoot()), Float(lost.squareRoot())].flatMap { number in
      withUnsafeBytes(of: number) { Array($0) }
    } + codes
  }
}

/// A vector as the store keeps it in full: Float32 after Float32.
enum VectorBytes {
  static func bytes(_ vector: [Float]) -> [UInt8] { vector.withUnsafeBytes { Array($0) } }

  static func vector(_ bytes: UnsafeRawBufferPointer) -> [Float] {
    (0..<(bytes.count / 4)).map { bytes.loadUnaligned(fromByteOffset: 4 * $0, as: Float.self) }
  }
}

/// A vector that codes are compared with: whole numbers too, so that a product needs no conversion.
struct VectorProbe: Sendable {
  private let codes: [Int16]
  private let scale: Float
  /// Length of what rounding lost.
  private let lost: Double
  let length: Double
  /// 11 bits and a sign: 127 · 2047 · 4096 dimensions still fit into 32 bits.
  private static let largestCode: Float = 2047
  /// Vectors may be this long.
  static let mostDimensions = 4096

  init(_ vector: [Float]) {
    precondition(vector.count <= Self.mostDimensions, "longer products would not fit into 32 bits")
    let largest = vector.reduce(0) { max($0, abs($1)) }
    let scale = largest / Self.largestCode
    self.scale = scale
    codes = vector.map { scale > 0 ? Int16(($0 / scale).rounded()) : 0 }
    length = vector.product(vector).squareRoot()
    var lost = 0.0
    for (number, code) in zip(vector, codes) {
      let difference = Double(number - Float(code) * scale)
      lost += difference * difference
    }
    self.lost = lost.squareRoot()
  }

  /// The product with the vector of a code, and how far it may be off; and the length of that vector.
  func compare(_ code: UnsafeRawBufferPointer) -> (product: Double, error: Double, length: Double) {
    precondition(code.count == VectorCode.headBytes + codes.count, "a code has a byte for each dimension")
    let theirScale = code.loadUnaligned(fromByteOffset: 0, as: Float.self)
    let theirLength = Double(code.loadUnaligned(fromByteOffset: 4, as: Float.self))
    let theirLost = Double(code.loadUnaligned(fromByteOffset: 8, as: Float.self))
    let bytes = UnsafeRawBufferPointer(rebasing: code[VectorCode.headBytes...])
    let sum = bytes.withMemoryRebound(to: Int8.self) { theirs in
      codes.withUnsafeBufferPointer { ours in Self.product(theirs, ours) }
    }
    let product = Double(sum) * Double(theirScale) * Double(scale)
    // What is lost on either side, and a little for the rounding of the head's own numbers.
    let error = length * theirLost + lost * (theirLength + theirLost)
    return (product, error * 1.0001 + 1e-6 * length * theirLength, theirLength)
  }

  /// Plain and wrapping, which the optimizer turns into vector instructions.
  private static func product(
    _ left: UnsafeBufferPointer<Int8>, _ right: UnsafeBufferPointer<Int16>
  ) -> Int32 {
    guard let left = left.baseAddress, let other = right.baseAddress else { return 0 }
    var sum: Int32 = 0
    for place in 0..<right.count { sum &+= Int32(left[place]) &* Int32(other[place]) }
    return sum
  }
}
