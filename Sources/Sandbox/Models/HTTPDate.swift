import Formats

/// `Sun, 06 Nov 1994 08:49:37 GMT`: RFC 9110 §5.6.7, the form that servers have to write.
enum HTTPDate {
  private static let months = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
  ]

  /// The instant; nil for another form.
  static func parse(_ text: String) -> Timestamp? {
    let parts = text.split(separator: " ")
    guard parts.count == 6, parts[5] == "GMT", let month = months.firstIndex(of: String(parts[2])) else {
      return nil
    }
    let number = month + 1
    let day = parts[1].count == 1 ? "0" + parts[1] : String(parts[1])
    return Timestamp("\(parts[3])-\(number < 10 ? "0" : "")\(number)-\(day)T\(parts[4])Z")
  }
}
