import Formats
import Testing

@Suite struct SHA256Tests {
  /// The examples of FIPS 180-4 and of its test vectors.
  @Test(arguments: [
    ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
    ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
    (
      "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
      "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
    ),
    (
      "abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmnhijklmnoijklmnopjklmnopqklmnopqrlmnopqrsmnopqrstnopqrstu",
      "cf5b16a778af8380036ce59e7b0492370b249b11e8f07a51afac45037afee9d1"
    ),
  ])
  func `agrees with the standard's examples`(text: String, digest: String) {
    #expect(SHA256.hexDigest(text) == digest)
  }

  @Test func `a million letters in uneven pieces give the standard's digest`() {
    var digest = SHA256()
    var left = 1_000_000
    var size = 1
    while left > 0 {
      let piece = min(size, left)
      digest.update([UInt8](repeating: UInt8(ascii: "a"), count: piece))
      left -= piece
      size = size % 200 + 7
    }
    #expect(
      Hex.encode(digest.finalize()) == "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0")
  }

  @Test func `cutting the input anywhere changes nothing`() {
    let bytes = (0..<200).map { UInt8($0) }
    let whole = SHA256.digest(bytes)
    for cut in 0...200 {
      var digest = SHA256()
      digest.update(Array(bytes[..<cut]))
      digest.update(Array(bytes[cut...]))
      #expect(digest.finalize() == whole)
    }
  }
}
