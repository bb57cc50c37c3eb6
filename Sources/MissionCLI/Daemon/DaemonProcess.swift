import Glibc
import MissionServer
import Posix

/// The process of `missiond`: what its command line asks for, and its exit status.
package enum DaemonProcess {
  /// Does what the command line asks for, and says with which status to exit.
  package static func run(_ words: [String], in program: Program, _ console: Console) async -> CInt {
    let wish: DaemonCommand.Wish
    do throws(UsageError) {
      wish = try DaemonCommand.parse(words, environment: console.environment)
    } catch {
      console.note("missiond: \(error.message)\nsee: missiond --help")
      return ExitStatus.usage.rawValue
    }
    switch wish {
    case .help:
      console.write(Array(DaemonCommand.help.utf8))
      return 0
    case .version:
      console.print("missiond \(Version.text)")
      return 0
    case .check(let source): return check(source, console)
    case .serve(let source): return await serve(source, in: program, console)
    }
  }

  private static func check(_ source: DaemonCommand.Source, _ console: Console) -> CInt {
    do throws(ConfigurationError) {
      _ = try read(source, console.environment)
      console.print("the configuration is fine")
      return 0
    } catch {
      console.note(error.description)
      return ExitStatus.usage.rawValue
    }
  }

  /// Puts the configuration together; a file that cannot be read is a problem like others.
  private static func read(
    _ source: DaemonCommand.Source, _ environment: [String: String]
  ) throws(ConfigurationError) -> Configuration {
    var file: (path: String, bytes: [UInt8])?
    if let path = source.file {
      do throws(Errno) {
        file = (path, try FileDescriptor.open(path, O_RDONLY).readAll(limit: 16 << 20))
      } catch {
        throw ConfigurationError([
          ConfigurationProblem(source.place, error.during("read", path).description)
        ])
      }
    }
    return try ConfigurationReader.read(
      file: file, environment: environment, flags: source.flags.map { ($0.setting, $0.value) },
      check: { HostCheck.problems(of: $0, environment) + ConfigurationCheck.problems(of: $0, environment) })
  }

  private static func serve(
    _ source: DaemonCommand.Source, in program: Program, _ console: Console
  ) async -> CInt {
    let configuration: Configuration
    let environment = console.environment
    do throws(ConfigurationError) { configuration = try read(source, environment) } catch {
      console.note(error.description)
      return ExitStatus.usage.rawValue
    }
    // What a step cannot read of this process it cannot use: memory, environment, descriptors.
    Posix.forbidTracing()
    var launch = Daemon.Launch(configuration, environment: environment)
    launch.isOnFirstThread = true
    launch.reread = { () throws(ConfigurationError) in try read(source, environment) }
    let (signals, arrived) = AsyncStream.makeStream(of: CInt.self)
    program.onRequestToEnd { arrived.yield($0) }
    return await Daemon(launch, on: program.loop).serve(signals) { arrived.finish() }
  }
}
