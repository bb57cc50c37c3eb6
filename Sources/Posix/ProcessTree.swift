import Glibc

/// One attempt's processes: the main one, and what is known of the rest. Used on the event loop only.
final class ProcessTree {
  let id: UInt64
  let closure: TreeClosure
  let main: Subprocess
  let group: ControlGroup?
  var ending: TreeEnding?
  private let loop: EventLoop
  private var settling: ((Settled) -> Void)?
  private var lingering: EventLoop.Timer?
  private var hasLingered = false
  private var isCancelled = false

  /// What ended the wait for a tree.
  enum Settled { case mainEnded, cancelled }

  /// How long pipes are still read when the main process has exited.
  private static let lingerTime = Duration.seconds(1)

  init(
    id: UInt64, closure: TreeClosure, group: ControlGroup?, loop: EventLoop,
    main: (@escaping () -> Void) -> Subprocess
  ) {
    self.id = id
    self.closure = closure
    self.group = group
    self.loop = loop
    let changed = Changed()
    self.main = main { changed.call() }
    changed.tree = self
  }

  private final class Changed {
    weak var tree: ProcessTree?
    func call() { tree?.mainChanged() }
  }

  /// The main process has ended, and its pipes are at their end or have been read long enough.
  var isSettled: Bool { main.hasEnded && (!main.hasOpenPipe || hasLingered) }

  /// Calls `body` on the loop when the tree is settled or somebody wants it gone: now where that is so. One
  /// who waits at a time.
  func whenSettled(heedsCancel: Bool, _ body: @escaping (Settled) -> Void) {
    if isSettled {
      body(.mainEnded)
    } else if isCancelled, heedsCancel {
      body(.cancelled)
    } else {
      precondition(loop.isOnLoop && settling == nil, "an attempt's end has one waiter, on the loop")
      settling = body
    }
  }

  /// Waits for what `whenSettled` tells.
  ///
  /// - Parameter table: whose loop this runs on, also where the operation of a cancellation handler calls it.
  func settled(heedsCancel: Bool, on table: isolated ProcessTable) async -> Settled {
    // Looked at inside: an actor may run something else before the closure begins.
    await withCheckedContinuation { continuation in
      whenSettled(heedsCancel: heedsCancel) { continuation.resume(returning: $0) }
    }
  }

  /// Somebody wants the tree gone: the waiter learns of it.
  func cancel() {
    isCancelled = true
    if !main.hasEnded { wake(.cancelled) }
  }

  private func mainChanged() {
    if isSettled {
      if let lingering { loop.cancel(lingering) }
      lingering = nil
      wake(.mainEnded)
    } else if main.hasEnded, lingering == nil {
      lingering = loop.schedule(after: Self.lingerTime) { [weak self] in self?.stopLingering() }
    }
  }

  private func stopLingering() {
    hasLingered = true
    lingering = nil
    main.closePipes()
    wake(.mainEnded)
  }

  private func wake(_ settled: Settled) {
    let waiting = settling
    settling = nil
    waiting?(settled)
  }
}
