import Formats
package import MissionModel

/// How a WebSocket is opened: RFC 6455 §4.
package struct WebSocketOpening: Sendable {
  private let key: String

  /// Bytes of an answer's head that are read.
  package static let maxHeadBytes = 64 << 10
  private static let suffix = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"

  /// Begins an opening of 16 bytes that nobody can guess.
  package init(nonce: [UInt8]) { key = Base64.encode(nonce) }

  /// Fields that the opening sets itself.
  package static let ownFields: Set<String> = [
    "host", "upgrade", "connection", "sec-websocket-key", "sec-websocket-version", "sec-websocket-extensions",
  ]

  /// The request's head.
  package func request(_ address: WebAddress, _ headers: [(name: String, value: String)]) -> [UInt8] {
    let authority = address.origin.drop { $0 != "/" }.dropFirst(2)
    var lines = [
      "GET \(address.target) HTTP/1.1", "Host: \(authority)", "Upgrade: websocket", "Connection: Upgrade",
      "Sec-WebSocket-Key: \(key)", "Sec-WebSocket-Version: 13",
    ]
    if !headers.contains(where: { $0.name.lowercased() == "user-agent" }) {
      lines.append("User-Agent: missiond")
    }
    if let user = address.user, !headers.contains(where: { $0.name.lowercased() == "authorization" }) {
      lines.append("Authorization: Basic " + Base64.encode(Array("\(user.name):\(user.password)".utf8)))
    }
    lines += headers.map { "\($0.name): \($0.value)" }
    return Array((lines + ["", ""]).joined(separator: "\r\n").utf8)
  }

  /// Where an answer's head ends, and what follows begins; nil while it is not whole.
  package static func endOfHead(in bytes: [UInt8]) -> Int? {
    guard bytes.count >= 4 else { return nil }
    return (4...bytes.count).first { bytes[$0 - 4..<$0].elementsEqual([0x0D, 0x0A, 0x0D, 0x0A]) }
  }

  /// What is wrong with an answer; nil where the WebSocket is open.
  package func problem(_ head: some Sequence<UInt8>) -> String? {
    let lines = String(decoding: Array(head), as: UTF8.self).split(separator: "\r\n").map(String.init)
    let first = lines.first?.split(separator: " ").map(String.init) ?? []
    guard first.count >= 2, first[0].hasPrefix("HTTP/1."), let status = Int(first[1]) else {
      return "the server does not answer in HTTP"
    }
    guard status == 101 else { return "the server answers with status \(status) and opens no WebSocket" }
    guard Self.value("upgrade", lines)?.lowercased() == "websocket",
      Self.value("connection", lines)?.lowercased().contains("upgrade") == true
    else { return "the server's answer upgrades to something else" }
    let expected = Base64.encode(SHA1.digest(Array((key + Self.suffix).utf8)))
    guard Self.value("sec-websocket-accept", lines) == expected else {
      return "the server's answer does not belong to this request"
    }
    guard Self.value("sec-websocket-extensions", lines) == nil else {
      return "the server uses an extension that nobody asked for"
    }
    return nil
  }

  private static func value(_ name: String, _ lines: [String]) -> String? {
    let line = lines.dropFirst().first { $0.prefix { $0 != ":" }.lowercased() == name }
    return line.map { $0.drop { $0 != ":" }.dropFirst().trimmingBlanks }
  }
}

extension Substring {
  /// Without blanks at both ends.
  fileprivate var trimmingBlanks: String {
    var rest = drop { $0 == " " || $0 == "\t" }
    while rest.last == " " || rest.last == "\t" { rest.removeLast() }
    return String(rest)
  }
}
