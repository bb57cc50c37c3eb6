import Telemetry
import Testing

@Suite struct MetricsPageTests {
  @Test func `a page is what Prometheus reads`() {
    var page = MetricsPage()
    page.add(.gauge, "queue_length", "Jobs that wait.", 3)
    page.add(
      .counter, "jobs_total", "Jobs by outcome.",
      [(["status": "completed"], 10), (["status": "a\"b\\c\nd"], 1.5)])
    #expect(
      page.text == """
        # HELP queue_length Jobs that wait.
        # TYPE queue_length gauge
        queue_length 3
        # HELP jobs_total Jobs by outcome.
        # TYPE jobs_total counter
        jobs_total{status="completed"} 10
        jobs_total{status="a\\"b\\\\c\\nd"} 1.5

        """)
  }

  @Test func `the buckets of a histogram are cumulative and end with all`() {
    var histogram = Histogram(bounds: [0.1, 1])
    for value in [0.05, 0.5, 5] { histogram.observe(value) }
    var page = MetricsPage()
    page.add("took_seconds", "How long it took.", histogram)
    #expect(
      page.text == """
        # HELP took_seconds How long it took.
        # TYPE took_seconds histogram
        took_seconds_bucket{le="0.1"} 1
        took_seconds_bucket{le="1"} 2
        took_seconds_bucket{le="+Inf"} 3
        took_seconds_sum 5.55
        took_seconds_count 3

        """)
  }

  @Test func `values that are no numbers have names`() {
    var page = MetricsPage()
    page.add(.gauge, "a", "A.", .nan)
    page.add(.gauge, "b", "B.", -.infinity)
    #expect(page.text.contains("\na NaN\n"))
    #expect(page.text.contains("\nb -Inf\n"))
  }

  @Test func `one metric twice on a page is a programmer error`() async {
    await #expect(processExitsWith: .failure) {
      var page = MetricsPage()
      page.add(.gauge, "a", "A.", 1)
      page.add(.gauge, "a", "A.", 1)
    }
  }
}
