import Glibc
import MissionModel
import Posix

/// Answers one question for a password: the program that asks, such as `ssh`, starts ours by SSH_ASKPASS,
/// which fetches the password here and prints it.
///
/// It is in no argument, variable or file. The socket lies in a folder that only this user may enter, and the
/// answer goes once, to a process that descends from the attempt's own.
final class PasswordAnswer: Sendable {
  private let folder: String
  private let listener: Listener
  private let isOver = Lock(false)
  private let main = Lock<Int32?>(nil)

  private final class Listener: Sendable {
    let socket: Socket
    init(_ socket: consuming Socket) { self.socket = socket }
  }

  /// Prepares an answer. Blocks for as long as making a folder takes.
  init(_ password: String) throws(StepFailure) {
    let parent = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
    var template = Array("\(parent)/mission-askpass-XXXXXX".utf8CString)
    // mkdtemp makes it 0700.
    guard mkdtemp(&template) != nil else {
      throw StepFailure("answer for a password: \(Errno(errno, "make a folder", parent))")
    }
    folder = String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
    do throws(Errno) {
      listener = Listener(try Socket.listen(on: .unix(folder + "/socket"), backlog: 4))
    } catch {
      rmdir(folder)
      throw StepFailure("answer for a password: \(error)")
    }
    let answer = Array((password + "\n").utf8)
    BlockingWork.clients.submit { [weak self, isOver, listener] in
      while !isOver.withLock({ $0 }) {
        guard self?.mayAnswer ?? false else {
          poll(nil, 0, 5)
          continue
        }
        var entry = pollfd(fd: listener.socket.rawValue, events: Int16(POLLIN), revents: 0)
        guard poll(&entry, 1, 100) > 0, let self else { continue }
        if self.serve(answer) { return }
      }
    }
  }

  deinit {
    isOver.withLock { $0 = true }
    unlink(folder + "/socket")
    rmdir(folder)
  }

  /// The variables that have a program ask `program`, as `NAME=value`.
  func environment(asking program: String) -> [String] {
    ["SSH_ASKPASS=\(program)", "SSH_ASKPASS_REQUIRE=force", "\(AskPass.variable)=\(folder)/socket"]
  }

  /// Says whose descendants may ask; before that nobody may.
  func allow(descendantsOf pid: Int32) { main.withLock { $0 = pid } }

  private var mayAnswer: Bool { main.withLock { $0 != nil } }

  /// Answers who waits, if it may ask; true when the answer has been given.
  private func serve(_ answer: [UInt8]) -> Bool {
    do throws(Errno) {
      guard let client = try listener.socket.accept() else { return false }
      let peer = try client.peerCredentials()
      guard peer.uid == geteuid(), isDescendant(peer.pid) else { return false }
      let sent = try answer.withUnsafeBufferPointer { (bytes) throws(Errno) in
        try client.write(UnsafeRawBufferPointer(bytes))
      }
      return sent == answer.count
    } catch { return false }  // who asked has gone; another may come
  }

  private func isDescendant(_ pid: Int32) -> Bool {
    guard let main = main.withLock({ $0 }) else { return false }
    return ProcessSnapshot.descends(pid, from: main) == true
  }
}
