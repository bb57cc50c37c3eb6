package import Formats
import Foundation

/// A `missiond` of this build with a state directory of its own, asked by curl as a stranger would ask it.
///
/// It ends with the test. Another one in the same directory is the same daemon after a restart.
package final class TestDaemon: Sendable {
  /// An answer as curl saw it.
  package struct Answer: Sendable {
    /// The status code.
    package let status: Int
    /// The header fields, one a line, as they came.
    package let head: String
    /// The body.
    package let body: String

    /// The body as a value; null where it is no JSON.
    package var json: JSON { (try? JSONParser.parse(body)) ?? .null }

    /// The value of a header field, whatever the case of its name.
    package func header(_ name: String) -> String? {
      for line in head.split(whereSeparator: \.isNewline) {
        let parts = line.split(separator: ":", maxSplits: 1).map { $0.trimmingCharacters(in: .whitespaces) }
        if parts.count == 2, parts[0].lowercased() == name.lowercased() { return parts[1] }
      }
      return nil
    }
  }

  /// Holds configuration, state and sockets.
  package let directory: TemporaryDirectory
  /// The running program.
  package let process: TestProcess
  /// Where it listens, such as `http://127.0.0.1:40001`.
  package let url: String
  private let notices: NotifySocket

  /// Starts the daemon with a configuration in YAML and returns when it says that it is ready.
  ///
  /// - Parameter wrapper: a program and arguments that exec the daemon, such as `unshare -m`.
  package init(
    configuration: String = "{}", directory: TemporaryDirectory? = nil, environment: [String: String] = [:],
    wrapper: [String] = [], timeout: Duration = .seconds(120)
  ) async throws(TestSupportError) {
    let directory = if let directory { directory } else { try TemporaryDirectory() }
    self.directory = directory
    let file = try directory.write(configuration, to: "missiond.yaml")
    let address = "127.0.0.1:\(try FreePort().number)"
    url = "http://" + address
    notices = try NotifySocket(in: directory)
    var variables = ProcessInfo.processInfo.environment.merging(environment) { $1 }
    variables["NOTIFY_SOCKET"] = notices.path
    variables["XDG_RUNTIME_DIR"] = directory.path
    let words =
      wrapper + [
        try TestProcess.product("missiond"), "--config", file, "--listen", address, "--state-dir",
        directory / "state",
      ]
    process = try TestProcess(
      words[0], Array(words.dropFirst()), environment: variables, directory: directory.path, timeout: timeout)
    let (process, notices) = (process, notices)
    process.whenEnded { notices.messages.update { $0.append("ENDED") } }
    let seen = try await notices.messages.wait("missiond to be ready") { messages in
      messages.contains("READY=1") || messages.contains("ENDED")
    }
    guard seen.contains("READY=1") else {
      let ending = try await process.ended().ending.map { "\($0)" } ?? "running"
      throw TestSupportError("missiond ended before it was ready (\(ending)): \(process.errorOutput)")
    }
  }

  /// Makes one request with curl.
  package func ask(
    _ path: String, method: String = "GET", body: String? = nil, type: String = "application/yaml",
    headers: [String] = [], options: [String] = []
  ) async throws(TestSupportError) -> Answer {
    let name = "\(UInt64.random(in: 0...UInt64.max))"
    var arguments = ["-sS", "-X", method, "-D", directory / "head-\(name)", "-w", "%{http_code}"]
    arguments += ["-o", directory / "body-\(name)"] + options
    if method == "HEAD" { arguments.append("--head") }
    if body != nil { arguments += ["-H", "Content-Type: \(type)", "-H", "Expect:", "--data-binary", "@-"] }
    arguments += headers.flatMap { ["-H", $0] } + [url + path]
    let record = try await TestProcess.run("curl", arguments, input: body ?? "", timeout: .seconds(120))
    guard let status = Int(record.output), record.ending == .exited(0) else {
      throw TestSupportError("\(method) \(path): \(record.error); missiond says: \(process.errorOutput)")
    }
    let hasBody = directory.contains("body-\(name)")
    return Answer(
      status: status, head: try directory.read("head-\(name)"),
      body: hasBody ? try directory.read("body-\(name)") : "")
  }

  /// Submits a mission in YAML, waits for its end and returns the whole job.
  package func execute(_ mission: String) async throws(TestSupportError) -> JSON {
    let answer = try await ask("/missions/execute?wait=100", method: "POST", body: mission)
    guard answer.status == 200 else {
      throw TestSupportError("POST /missions/execute: \(answer.status): \(answer.body)")
    }
    return answer.json
  }

  /// Submits a mission in YAML and returns the job's id.
  package func submit(_ mission: String, query: String = "") async throws(TestSupportError) -> String {
    let answer = try await ask("/missions/execute" + query, method: "POST", body: mission)
    guard answer.status == 202, let id = answer.json["id"]?.stringValue else {
      throw TestSupportError("POST /missions/execute: \(answer.status): \(answer.body)")
    }
    return id
  }

  /// The whole job, once it is over.
  package func ended(_ id: String) async throws(TestSupportError) -> JSON {
    let answer = try await ask("/missions/\(id)?wait=60")
    guard answer.json["finished_at"]?.stringValue != nil else {
      throw TestSupportError("job \(id) is not over after 60 s: \(answer.status): \(answer.body)")
    }
    return answer.json
  }

  /// A step's result, once it has a status; the server is asked again whenever the job changes.
  @discardableResult
  package func step(
    _ step: String, of id: String, is status: String
  ) async throws(TestSupportError) -> JSON {
    var tag: String?
    while true {
      let answer = try await ask(
        "/missions/\(id)?wait=\(tag == nil ? 0 : 60)", headers: tag.map { ["If-None-Match: \($0)"] } ?? [])
      tag = answer.header("ETag")
      if let result = answer.json["step_results"]?[step], result["status"] == .string(status) {
        return result
      }
      guard answer.status == 200, answer.json["finished_at"] == .null else {
        throw TestSupportError("step \(step) never was \(status): \(answer.status): \(answer.body)")
      }
    }
  }

  /// Ends it as a power cut would, and waits until it is gone.
  package func kill() async throws(TestSupportError) {
    process.send(SIGKILL)
    try await process.ended()
  }
}
