import Glibc
import Testing

@testable import Posix

/// In a process of its own, since it changes how the heap works.
@Suite struct HeapExitTests {
  @Test func `blocks of a size go back when they are free, however many there were before`() async {
    await #expect(processExitsWith: .success) {
      Heap.returnBlocks(from: 1 << 20)
      for _ in 0..<3 {
        let block = UnsafeMutableRawPointer.allocate(byteCount: 4 << 20, alignment: 16)
        block.storeBytes(of: 1, as: UInt8.self)
        // What is above it keeps the heap from shrinking.
        let above = UnsafeMutableRawPointer.allocate(byteCount: 1 << 10, alignment: 16)
        let page = UnsafeMutableRawPointer(bitPattern: (UInt(bitPattern: block) + 8192) & ~4095)
        block.deallocate()
        precondition(msync(page, 4096, MS_ASYNC) == -1 && errno == ENOMEM, "the pages are still there")
        above.deallocate()
      }
    }
  }
}
