import MissionModel
import Testing

@Suite struct KnowledgeTests {
  @Test func `an element that leads every list scores one, and lists count alike`() {
    #expect(RankFusion.fuse([["a", "b"], ["a", "c"]]).map(\.element) == ["a", "b", "c"])
    #expect(RankFusion.fuse([["a", "b"], ["a", "c"]]).first?.score == 1)
    #expect(RankFusion.fuse([[1, 2, 3], [3]]).map(\.element) == [3, 1, 2])
    #expect(RankFusion.fuse([[Int]]()).isEmpty)
  }

  @Test(arguments: [(VectorMetric.cosine, 0.6), (.dot, 3), (.euclidean, 1 / (1 + 20.0.squareRoot()))])
  func `metrics are what their names say`(metric: VectorMetric, expected: Double) {
    #expect(abs(metric.similarity([1, 0], [3, 4]) - expected) < 1e-9)
  }

  @Test func `a vector without length is near nothing`() {
    #expect(VectorMetric.cosine.similarity([0, 0], [3, 4]) == 0)
  }

  @Test func `who did not declare it does not reach the store`() async {
    let failure = await #expect(throws: StepFailure.self) { try await Knowledge.denied.collection("c") }
    #expect(failure?.message == "use the document store: this step type did not declare that it uses it")
    #expect(failure?.kind == .denied)
  }

  @Test func `collections of one model take each other's vectors`() {
    let own = KnowledgeCollection(name: "c", provider: "local", model: "ngram", dimensions: 384)
    var other = own
    #expect(own.refusal(of: other) == nil)
    other.dimensions = 3
    #expect(own.refusal(of: other) != nil)
  }
}
