/// `MYSQL_BIND` of MariaDB Connector/C on 64-bit systems: where a value is taken from, or put.
///
/// The library lays it out itself; only the members named here are ours to set.
struct MySQLBinding {
  /// Bytes of one binding.
  static let size = 112
  private static let (length, isNull, buffer, bufferLength, type, isUnsigned) = (0, 8, 16, 64, 96, 101)

  /// Numbers of `enum_field_types` that are bound.
  enum Kind: CInt { case double = 5, null = 6, longlong = 8, string = 254 }

  /// Storage of all bindings of a statement, and of the values that they point to.
  final class Row {
    let base: UnsafeMutableRawPointer
    let count: Int
    /// Real lengths of values, after a fetch.
    let lengths: UnsafeMutablePointer<CUnsignedLong>
    let nulls: UnsafeMutablePointer<CChar>
    private var buffers: [UnsafeMutableRawPointer] = []

    init(count: Int) {
      self.count = count
      base = .allocate(byteCount: max(1, count) * size, alignment: 16)
      base.initializeMemory(as: UInt8.self, repeating: 0, count: max(1, count) * size)
      lengths = .allocate(capacity: max(1, count))
      lengths.initialize(repeating: 0, count: max(1, count))
      nulls = .allocate(capacity: max(1, count))
      nulls.initialize(repeating: 0, count: max(1, count))
    }

    deinit {
      base.deallocate()
      lengths.deallocate()
      nulls.deallocate()
      for buffer in buffers { buffer.deallocate() }
    }

    /// A binding by itself, for one column that is fetched again.
    func binding(_ place: Int) -> UnsafeMutableRawPointer { base + place * size }

    /// Ties a place to memory of `capacity` bytes, which starts as `bytes`.
    @discardableResult
    func bind(_ place: Int, _ kind: Kind, capacity: Int, bytes: [UInt8] = []) -> UnsafeMutableRawPointer {
      let memory = UnsafeMutableRawPointer.allocate(byteCount: max(8, capacity), alignment: 8)
      buffers.append(memory)
      memory.copyMemory(from: bytes, byteCount: bytes.count)
      lengths[place] = CUnsignedLong(bytes.count)
      let binding = binding(place)
      binding.storeBytes(
        of: lengths + place, toByteOffset: length, as: UnsafeMutablePointer<CUnsignedLong>.self)
      binding.storeBytes(of: nulls + place, toByteOffset: isNull, as: UnsafeMutablePointer<CChar>.self)
      binding.storeBytes(of: memory, toByteOffset: buffer, as: UnsafeMutableRawPointer.self)
      binding.storeBytes(of: CUnsignedLong(capacity), toByteOffset: bufferLength, as: CUnsignedLong.self)
      binding.storeBytes(of: kind.rawValue, toByteOffset: type, as: CInt.self)
      return memory
    }

    /// Says that a whole number has no sign.
    func markUnsigned(_ place: Int) {
      binding(place).storeBytes(of: 1, toByteOffset: isUnsigned, as: UInt8.self)
    }

    /// Where a place's value lies.
    func memory(_ place: Int) -> UnsafeMutableRawPointer? {
      binding(place).load(fromByteOffset: buffer, as: UnsafeMutableRawPointer?.self)
    }

    /// How many bytes a place has room for.
    func capacity(_ place: Int) -> Int {
      Int(binding(place).load(fromByteOffset: bufferLength, as: CUnsignedLong.self))
    }
  }
}
