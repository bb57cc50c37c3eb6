import MissionModel
import TestSupport

/// Stands between a step and the world: it counts what the step asks for, and one of these calls goes on only
/// when the step is told to end.
struct InterruptedWorld: Sendable {
  /// What was asked for so far.
  let calls = Observed<[String]>([])
  /// The call that waits, from 0; nil lets all of them through.
  let waitsAt: Int?
  /// Finished when the step was told to end: a call of what it puts in order then has a task of its own,
  /// which hears of no cancel.
  let over = AsyncStream.makeStream(of: Never.self)

  /// The same capabilities, watched.
  func watch(_ real: Capabilities) -> Capabilities {
    var world = real
    world.files = watch(real.files)
    world.processes.run = { command throws(StepFailure) in
      await arrive("run \(command.program)")
      return try await real.processes.run(command)
    }
    world.processes.start = { command, options throws(StepFailure) in
      await arrive("start")
      return try await real.processes.start(command, options)
    }
    world.processes.kill = { target, options throws(StepFailure) in
      await arrive("kill")
      return try await real.processes.kill(target, options)
    }
    world.xml = XML { request throws(StepFailure) in
      await arrive("xml")
      return try await real.xml.process(request)
    }
    world.archives.pack = { request throws(StepFailure) in
      await arrive("pack")
      return try await real.archives.pack(request)
    }
    world.network.reach = { host, port, timeout throws(StepFailure) in
      await arrive("reach")
      return try await real.network.reach(host, port, timeout)
    }
    world.network.addresses = { host, port, title throws(StepFailure) in
      await arrive("addresses")
      return try await real.network.addresses(host, port, title)
    }
    world.host.read = { file in
      await arrive("host")
      return await real.host.read(file)
    }
    return world
  }

  private func watch(_ real: Files) -> Files {
    var files = real
    files.status = { path throws(StepFailure) in
      await arrive("status")
      return try await real.status(path)
    }
    files.open = { path throws(StepFailure) in
      await arrive("open")
      let reader = try await real.open(path)
      return FileReader(size: reader.size) { offset, count throws(StepFailure) in
        await arrive("read")
        return try await reader.read(offset, count)
      }
    }
    files.create = { path, options throws(StepFailure) in
      await arrive("create")
      var writer = try await real.create(path, options)
      let (write, commit) = (writer.write, writer.commit)
      writer.write = { bytes throws(StepFailure) in
        await arrive("write")
        try await write(bytes)
      }
      writer.commit = { () throws(StepFailure) in
        await arrive("commit")
        return try await commit()
      }
      return writer
    }
    files.list = { path, options throws(StepFailure) in
      await arrive("list")
      return try await real.list(path, options)
    }
    files.remove = { path, recursive throws(StepFailure) in
      await arrive("remove")
      return try await real.remove(path, recursive)
    }
    files.copy = { source, destination, options throws(StepFailure) in
      await arrive("copy")
      return try await real.copy(source, destination, options)
    }
    files.move = { source, destination, overwrite throws(StepFailure) in
      await arrive("move")
      return try await real.move(source, destination, overwrite)
    }
    files.lock = { path throws(StepFailure) in
      await arrive("lock")
      return try await real.lock(path)
    }
    return files
  }

  private func arrive(_ call: String) async {
    let number = calls.update { calls in
      calls.append(call)
      return calls.count - 1
    }
    guard number == waitsAt else { return }
    for await _ in over.stream {}
  }
}
