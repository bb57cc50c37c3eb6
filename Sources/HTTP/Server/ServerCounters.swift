package import Telemetry

/// What a server has done since it started.
package struct ServerCounters: Sendable {
  /// Connections taken, in all.
  package internal(set) var connectionsAccepted = 0
  /// Connections open now.
  package internal(set) var connectionsOpen = 0
  /// Bytes received and sent.
  package internal(set) var bytesReceived = 0
  package internal(set) var bytesSent = 0
  /// How long answers took, in seconds, from the end of the request's head until the answer was out.
  package private(set) var durations = Histogram(bounds: [0.001, 0.005, 0.025, 0.1, 0.5, 1, 5, 30, 300])
  private let routes: [String]
  private var answers: [Int: Int] = [:]

  init(routes: [String]) { self.routes = routes }

  /// Counts an answer. `route` is the index of its route, nil where none was found.
  mutating func count(route: Int?, method: Method, status: Status, duration: Duration) {
    // One integer as the key: route from 1, method, status.
    let key = ((route ?? -1) + 1) << 16 | Self.methodIndex(method) << 12 | status.code
    answers[key, default: 0] += 1
    durations.observe(duration.seconds)
  }

  /// The number of answers by route pattern (nil: none found), method and status, in that order.
  package var requests: [(route: String?, method: String, status: Int, count: Int)] {
    answers.sorted { $0.key < $1.key }.map { key, count in
      let route = key >> 16 - 1
      return (
        route < 0 ? nil : routes[route], Self.methodNames[key >> 12 & 15], key & 0xFFF, count
      )
    }
  }

  private static let methodNames = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "other"]

  private static func methodIndex(_ method: Method) -> Int {
    switch method {
    case .get: 0
    case .head: 1
    case .post: 2
    case .put: 3
    case .patch: 4
    case .delete: 5
    case .options: 6
    case .other: 7
    }
  }
}

extension Duration {
  var seconds: Double { Double(components.seconds) + Double(components.attoseconds) * 1e-18 }
}
