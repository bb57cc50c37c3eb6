import MissionModel
import Testing

@testable import Sandbox

@Suite struct LocalEmbedderTests {
  private func nearness(_ left: String, _ right: String) -> Double {
    VectorMetric.cosine.similarity(LocalEmbedder.vector(left), LocalEmbedder.vector(right))
  }

  @Test func `a vector has 384 dimensions and the length 1`() {
    let vector = LocalEmbedder.vector("The pump is primed with oil.")
    #expect(vector.count == 384)
    #expect(abs(vector.product(vector) - 1) < 1e-5)
  }

  @Test func `a text always has the same vector, in capitals too`() {
    #expect(LocalEmbedder.vector("Straße und Öl") == LocalEmbedder.vector("straße und öl"))
    // The method is fixed, since stored vectors depend on it.
    let vector = LocalEmbedder.vector("pump")
    #expect(vector.indices.filter { vector[$0] != 0 }.count == 10)
  }

  @Test func `texts that share words are near, and inflections nearer than strangers`() {
    #expect(nearness("prime the pump", "the pump is primed") > 0.4)
    #expect(nearness("prime the pump", "lunch at noon") < 0.2)
    #expect(nearness("connection", "connections") > nearness("connection", "collection"))
  }

  @Test func `a text without a word has no length, and is near nothing`() {
    #expect(LocalEmbedder.vector("").allSatisfy { $0 == 0 })
    #expect(nearness("!?", "pump") == 0)
  }
}
