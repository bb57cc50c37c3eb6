import Telemetry
import Testing

@Suite struct HistogramTests {
  @Test func `an observation at a bound belongs to the bucket below it`() {
    var histogram = Histogram(bounds: [1, 2])
    for value in [0.5, 1, 1.5, 2, 2.5] { histogram.observe(value) }
    #expect(histogram.counts == [2, 2, 1])
    #expect(histogram.count == 5)
    #expect(histogram.sum == 7.5)
  }

  @Test func `bounds that do not rise are a programmer error`() async {
    await #expect(processExitsWith: .failure) { _ = Histogram(bounds: [1, 1]) }
  }
}
