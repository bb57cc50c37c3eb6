import Formats
import Foundation
import TestSupport

/// Scripts that try to reach what is not a step's; each says DONE where it got somewhere.
struct Attacks {
  typealias Script = (name: String, script: String)

  let state: String
  /// A file that is a secret, and one that systemd hands over.
  let secret: String
  let credential: String
  let configuration: String
  let socket: String
  /// The daemon.
  let pid: Int32

  var all: [Script] {
    [
      ("state", "cat \(state)/missiond.db"), ("list", "ls \(state)"), ("logs", "ls \(state)/logs"),
      ("others", "ls \(state)/workspaces"), ("root", "cat /proc/self/root\(state)/missiond.db"),
      ("climb", "cat ../../missiond.db"), ("link", "ln -s \(state) up; cat up/missiond.db"),
      ("hard", "ln \(state)/missiond.db hard"), ("tar", "tar -cf t.tar -C \(state) missiond.db"),
      ("git", "git init -q . && git hash-object -w \(state)/missiond.db"),
      ("secret_file", "cat \(secret)"), ("credential", "cat \(credential)"),
      ("named", "test -n \"$CREDENTIALS_DIRECTORY$NOTIFY_SOCKET$MISSIOND_CONFIG\""),
      ("configuration", "echo x >> \(configuration)"),
      ("memory", "dd if=/proc/\(pid)/mem of=/dev/null bs=1 count=1"),
      ("environment", "cat /proc/\(pid)/environ"),
      ("descriptors", "ls -l /proc/\(pid)/fd/"), ("files", "ls /proc/\(pid)/root/"),
      ("trace", "python3 -c 'import ctypes,sys; sys.exit(ctypes.CDLL(None).ptrace(16,\(pid),0,0)!=0)'"),
      ("kill", "kill -9 \(pid)"), ("stop", "kill -STOP \(pid)"),
      ("setuid", "cp /bin/sh own && chmod u+s own && setpriv --reuid 1 ./own -p -c 'test $(id -u) = 0'"),
      ("socket", "curl -sf --unix-socket \(socket) http://localhost/missions"),
      ("orphan", "python3 -c '\(Self.orphan)' \(socket)"),
    ]
  }

  /// Leaves its parent and its session behind before it speaks to a socket, and tells if it was heard.
  private static let orphan = """
    import ctypes, os, signal, socket, sys
    parent = os.getpid()
    if os.fork(): os._exit(1)
    os.setsid()
    signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGUSR1])
    ctypes.CDLL(None).prctl(1, signal.SIGUSR1.value)
    if os.getppid() == parent: signal.sigwait([signal.SIGUSR1])
    server = socket.socket(socket.AF_UNIX)
    server.connect(sys.argv[1])
    server.sendall(b"GET /missions HTTP/1.1\\r\\nHost: localhost\\r\\nConnection: close\\r\\n\\r\\n")
    if b" 200 OK" in server.recv(99): os.write(1, b"DONE")
    """

  /// What a build needs, which no sandbox may take from it.
  static func needs(home: String) -> [Script] {
    [
      ("home", "touch \"$HOME/cache\" && test \"$HOME\" = \(home)"),
      ("temporary", "touch \"${TMPDIR:-/tmp}/x\""), ("workspace", "mkdir a && touch a/b && mv a c"),
      ("compiler", "echo 'int main(void){return 0;}' > a.c && cc a.c && ./a.out"),
      ("resolver", "getent hosts localhost"), ("users", "id -un"), ("clock", "date"),
    ]
  }

  /// A mission in which each script is a step of its own.
  static func mission(_ scripts: [Script]) -> String {
    let steps = scripts.map { attack in
      """
        - id: \(attack.name)
          step_type: command
          continue_on_error: true
          parameters: {shell: true, command: \(JSON.string("(\(attack.script)) && echo DONE || true").compact)}
      """
    }
    return "name: attack\nsteps:\n\(steps.joined(separator: "\n"))\n"
  }

  /// What each script wrote, by its name.
  static func outputs(of job: JSON) throws(TestSupportError) -> [String: String] {
    var outputs: [String: String] = [:]
    for (name, result) in job["step_results"]?.objectValue ?? [:] {
      guard let output = result["output"]?["stdout"]?.stringValue else {
        throw TestSupportError("\(name): \(result.compact)")
      }
      outputs[name] = output
    }
    return outputs
  }
}
