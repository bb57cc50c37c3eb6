import CLinux
import Glibc

/// One thread that waits for descriptors, timers and jobs, and an executor for the actors that live on it.
///
/// An actor whose `unownedExecutor` is the loop runs there, so its calls to another such actor cost no
/// change of thread, and it may call `watch`, `schedule` and the rest directly. Nothing on the loop may
/// block.
///
/// Everything but `enqueue`, `execute`, `stop` and `isOnLoop` must be called on the loop; it traps elsewhere.
// The state below `wakeup` is only touched by the loop's own thread, which `precondition(isOnLoop)` proves
// at each entry; what other threads touch is in `inbox`, a lock: hence unchecked.
package final class EventLoop: SerialExecutor, @unchecked Sendable {
  /// Called on the loop when a watched descriptor is ready.
  package typealias Handler = (Poller.Events) -> Void

  /// A piece of a task that runs next.
  fileprivate struct Turn {
    let job: UnownedJob
    /// Whether it comes through `tasks` instead of an actor.
    let isPreference: Bool
  }

  fileprivate struct Inbox {
    var turns: [Turn] = []
    var calls: [@Sendable () -> Void] = []
    var isAsleep = false
    var isStopping = false
    var isEmpty: Bool { turns.isEmpty && calls.isEmpty }
  }

  private struct Watched {
    var generation: UInt32 = 0
    var handler: Handler?
  }

  /// The loop as what a task prefers where it is on no actor: given to `Task.init(executorPreference:)`.
  ///
  /// A continuation is resumed where its task prefers, on Swift's pool without a preference, wherever it was
  /// awaited. A task that waits for others as a rule, and otherwise lives on the loop, is spared the detour.
  package let tasks: any TaskExecutor
  private let inbox = Lock(Inbox())
  private let poller: Poller
  private let alarm: FileDescriptor
  private var watched: [Watched] = []
  private var timers = TimerQueue<() -> Void>()
  private var alarmSetFor: BootTime?
  private static let alarmToken = UInt64.max - 1
  /// Looks into the inbox between two looks at the descriptors, while each finds what the one before left.
  private static let mostRounds = 16

  /// Starts a thread for the loop.
  package convenience init(name: String = "loop") throws(Errno) {
    try self.init()
    try Thread.start(name: name) { [self] in run() }
  }

  /// Makes a loop for the process's first thread, which then calls `runOnFirstThread`.
  ///
  /// A daemon's loop belongs there: adopted orphans are that thread's children, so a process table whose loop
  /// runs on it asks the kernel for them in one call.
  package static func forFirstThread() throws(Errno) -> EventLoop { try EventLoop() }

  /// Runs the loop until `stop`; it traps on another thread.
  ///
  /// The main actor lives on that thread as well, and does not run meanwhile.
  package func runOnFirstThread() {
    precondition(linux_is_first_thread() != 0, "not the first thread of the process")
    run()
  }

  private init() throws(Errno) {
    let poller = try Poller()
    let number = try check("make timer") {
      timerfd_create(CLOCK_BOOTTIME, CInt(TFD_CLOEXEC | TFD_NONBLOCK))
    }
    let alarm = FileDescriptor(owning: number)
    try poller.add(number, .read, token: Self.alarmToken)
    self.poller = poller
    self.alarm = alarm
    let tasks = LoopTasks()
    self.tasks = tasks
    tasks.loop = self
  }

  /// Whether the caller is on the loop's thread.
  package var isOnLoop: Bool {
    linux_thread_owner() == UnsafeRawPointer(Unmanaged.passUnretained(self).toOpaque())
  }

  // MARK: From any thread

  package func enqueue(_ job: consuming ExecutorJob) {
    enqueue(Turn(job: UnownedJob(job), isPreference: false))
  }

  fileprivate func enqueue(_ turn: Turn) {
    wakeIfAsleep(
      inbox.withLock { inbox in
        inbox.turns.append(turn)
        return inbox.takeSleep()
      })
  }

  /// Runs `body` on the loop soon, after what was handed over before it.
  package func execute(_ body: @escaping @Sendable () -> Void) {
    wakeIfAsleep(
      inbox.withLock { inbox in
        inbox.calls.append(body)
        return inbox.takeSleep()
      })
  }

  /// Ends the thread once nothing is left to run; descriptors and timers are forgotten.
  package func stop() {
    wakeIfAsleep(
      inbox.withLock { inbox in
        inbox.isStopping = true
        return inbox.takeSleep()
      })
  }

  package func isIsolatingCurrentContext() -> Bool? { isOnLoop }
  package func checkIsolated() { requireLoop() }
  package func asUnownedSerialExecutor() -> UnownedSerialExecutor { UnownedSerialExecutor(ordinary: self) }

  private func wakeIfAsleep(_ isAsleep: Bool) {
    if isAsleep { poller.wake() }
  }

  // MARK: Descriptors

  /// Calls `handler` whenever the descriptor is ready, until `unwatch`. One watch a descriptor.
  package func watch(_ descriptor: CInt, for interest: Poller.Interest, _ handler: @escaping Handler)
    throws(Errno)
  {
    requireLoop()
    let index = Int(descriptor)
    while watched.count <= index { watched.append(Watched()) }
    precondition(watched[index].handler == nil, "descriptor \(descriptor) is watched twice")
    try poller.add(descriptor, interest, token: token(of: index))
    watched[index].handler = handler
  }

  /// Changes what a watched descriptor is waited for; an empty interest pauses it.
  package func rewatch(_ descriptor: CInt, for interest: Poller.Interest) throws(Errno) {
    requireLoop()
    try poller.modify(descriptor, interest, token: token(of: Int(descriptor)))
  }

  /// Ends a watch; call it before the descriptor is closed. Events already fetched are dropped.
  package func unwatch(_ descriptor: CInt) {
    requireLoop()
    let index = Int(descriptor)
    guard index < watched.count, watched[index].handler != nil else { return }
    watched[index].handler = nil
    watched[index].generation &+= 1
    // A descriptor that is already closed has left the poller by itself.
    try? poller.remove(descriptor)
  }

  private func token(of index: Int) -> UInt64 {
    UInt64(watched[index].generation & 0x7fff_ffff) << 32 | UInt64(index)
  }

  // MARK: Timers

  /// A timer that has been set, to cancel it by.
  package struct Timer: Sendable, Hashable {
    fileprivate let id: UInt64
  }

  /// Calls `action` on the loop at an instant, or as soon after it as the loop is free.
  package func schedule(at deadline: BootTime, _ action: @escaping () -> Void) -> Timer {
    requireLoop()
    return Timer(id: timers.add(deadline, action))
  }

  /// Calls `action` on the loop after a time.
  package func schedule(after delay: Duration, _ action: @escaping () -> Void) -> Timer {
    schedule(at: BootTime.now.advanced(by: delay), action)
  }

  /// Calls `action` again and again, until it returns false. A watchdog's heartbeat is one of these:
  /// it comes only while the loop turns.
  package func scheduleRepeating(every interval: Duration, _ action: @escaping () -> Bool) {
    _ = schedule(after: interval) { [unowned self] in
      if action() { scheduleRepeating(every: interval, action) }
    }
  }

  /// Forgets a timer; one that has fired is none.
  package func cancel(_ timer: Timer) {
    requireLoop()
    timers.cancel(timer.id)
  }

  // MARK: The thread

  private func requireLoop() {
    precondition(isOnLoop, "called off the event loop's thread")
  }

  private func run() {
    linux_thread_set_owner(UnsafeRawPointer(Unmanaged.passUnretained(self).toOpaque()))
    let executor = asUnownedSerialExecutor()
    while true {
      for _ in 0..<Self.mostRounds {
        let (turns, calls) = inbox.withLock { inbox in inbox.take() }
        if turns.isEmpty, calls.isEmpty { break }
        for call in calls { call() }
        for turn in turns { carryOut(turn, on: executor) }
      }
      fireTimers()
      let next = inbox.withLock { inbox in inbox.prepareToWait() }
      switch next {
      case .stop: return forgetEverything()
      case .poll: look(milliseconds: 0)
      case .sleep:
        setAlarm()
        look(milliseconds: -1)
      }
    }
  }

  private func carryOut(_ turn: Turn, on executor: UnownedSerialExecutor) {
    if turn.isPreference {
      turn.job.runSynchronously(isolatedTo: executor, taskExecutor: tasks.asUnownedTaskExecutor())
    } else {
      turn.job.runSynchronously(on: executor)
    }
  }

  private func look(milliseconds: CInt) {
    do {
      try poller.wait(milliseconds: milliseconds, awake: standUp) { token, events in
        if token == Self.alarmToken { return drainAlarm() }
        let index = Int(token & 0xffff_ffff)
        guard index < watched.count, token == self.token(of: index) else { return }
        watched[index].handler?(events)
      }
    } catch {
      preconditionFailure("the event loop cannot wait: \(error)")
    }
  }

  /// Before the first handler is called: what that hands to the loop need not wake it.
  private func standUp() { inbox.withLock { $0.isAsleep = false } }

  private func fireTimers() {
    guard timers.count > 0 else { return }
    let now = BootTime.now
    while let action = timers.popDue(at: now) { action() }
  }

  /// Sets the kernel's timer where the soonest deadline comes before what it is set for: a deadline that
  /// moves away, as idle connections' do at each request, costs no system call, at most one early wake.
  private func setAlarm() {
    guard let deadline = timers.nextDeadline else { return }
    if let alarmSetFor, alarmSetFor <= deadline { return }
    let nanoseconds = max(deadline.nanoseconds, 1)
    var time = itimerspec()
    time.it_value.tv_sec = Int(nanoseconds / 1_000_000_000)
    time.it_value.tv_nsec = Int(nanoseconds % 1_000_000_000)
    timerfd_settime(alarm.rawValue, CInt(TFD_TIMER_ABSTIME), &time, nil)
    alarmSetFor = deadline
  }

  private func drainAlarm() {
    var expirations: UInt64 = 0
    _ = Glibc.read(alarm.rawValue, &expirations, 8)
    alarmSetFor = nil
  }

  private func forgetEverything() {
    linux_thread_set_owner(nil)
    watched.removeAll()
    timers = TimerQueue()
  }
}

/// The loop under the other protocol: a job does not say by which of the two it came.
// `loop` is set once, before anybody else knows of either: hence unchecked. Whoever prefers it holds on to
// the loop as well: hence unowned.
private final class LoopTasks: TaskExecutor, @unchecked Sendable {
  unowned var loop: EventLoop?

  func enqueue(_ job: consuming ExecutorJob) {
    loop?.enqueue(EventLoop.Turn(job: UnownedJob(job), isPreference: true))
  }
}

extension EventLoop.Inbox {
  fileprivate enum Next { case stop, poll, sleep }

  /// Whether the loop has to be woken for what was just added; only the first to ask is told so.
  fileprivate mutating func takeSleep() -> Bool {
    defer { isAsleep = false }
    return isAsleep
  }

  fileprivate mutating func take() -> ([EventLoop.Turn], [@Sendable () -> Void]) {
    guard !isEmpty else { return ([], []) }
    defer { turns = []; calls = [] }
    return (turns, calls)
  }

  fileprivate mutating func prepareToWait() -> Next {
    guard isEmpty else { return .poll }
    if isStopping { return .stop }
    isAsleep = true
    return .sleep
  }
}

extension EventLoop {
  /// Waits until an instant without holding anything up; ends early, with an error, when the task is
  /// cancelled.
  package func sleep(until deadline: BootTime) async throws(CancellationError) {
    let wait = SleepingTask()
    let wasCancelled = await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        execute { [self] in
          wait.begin(continuation) { [unowned self] in schedule(at: deadline) { wait.end(cancelled: false) } }
        }
      }
    } onCancel: {
      execute { [self] in
        if let timer = wait.end(cancelled: true) { cancel(timer) }
      }
    }
    if wasCancelled { throw CancellationError() }
  }

  /// Waits for a time without holding anything up; ends early, with an error, when the task is cancelled.
  package func sleep(for duration: Duration) async throws(CancellationError) {
    try await sleep(until: BootTime.now.advanced(by: duration))
  }
}

/// A task that waits for a timer or its own cancel, whichever comes first; touched on the loop only.
// Every use is inside `execute` or a timer's action of one loop: hence unchecked.
private final class SleepingTask: @unchecked Sendable {
  private var continuation: CheckedContinuation<Bool, Never>?
  private var timer: EventLoop.Timer?
  private var isCancelled = false

  func begin(_ continuation: CheckedContinuation<Bool, Never>, _ schedule: () -> EventLoop.Timer) {
    if isCancelled { return continuation.resume(returning: true) }
    self.continuation = continuation
    timer = schedule()
  }

  @discardableResult
  func end(cancelled: Bool) -> EventLoop.Timer? {
    isCancelled = isCancelled || cancelled
    continuation?.resume(returning: cancelled)
    continuation = nil
    return timer
  }
}
