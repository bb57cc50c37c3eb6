import Testing

@testable import MissionSteps

@Suite struct HTMLTextTests {
  @Test func `a page is its title, its text and its links`() {
    let page = HTMLText(
      """
      <html><head><title>A &amp; B</title><style>p { x: 1 }</style></head>
      <body><!-- <p>no</p> --><h1>Head</h1><p>One&nbsp;two   &#8211; three</p>
      <script>if (a < b) alert("no")</script>
      <ul><li>x<li><a class=k href="/y?a=1&amp;b">y</a></ul></body></html>
      """)
    #expect(page.title == "A & B")
    #expect(page.text == "Head\nOne two – three\nx\ny")
    #expect(page.links == ["/y?a=1&b"])
  }

  @Test(arguments: ["<", "<p", "&", "&#xZZ;", "<a href=", "<!--", "<script>never closed", ""])
  func `what is broken does no harm`(html: String) {
    #expect(HTMLText(html).links.count <= 1)
  }
}
