import Glibc

/// Work on its way to a thread: many senders, one or more receivers that sleep while there is none.
///
/// `@unchecked Sendable`: every stored variable is read and written with `mutex` held, and the two
/// pointers are set once, before the mailbox is shared.
final class Mailbox<Letter: Sendable>: @unchecked Sendable {
  /// What a receiver finds.
  enum Delivery {
    case letters([Letter])
    /// Nothing came in time.
    case nothing
    /// Closed, and all letters are taken.
    case closed
  }

  private let mutex: UnsafeMutablePointer<pthread_mutex_t>
  private let arrival: UnsafeMutablePointer<pthread_cond_t>
  private let capacity: Int
  private var letters: [Letter] = []
  private var sleepers = 0
  /// How many letters have to wait before a sleeper is woken; above 1 while one gathers company.
  private var wakeCount = 1
  private var isClosed = false

  /// `capacity` bounds the letters that wait.
  init(capacity: Int) {
    self.capacity = capacity
    mutex = .allocate(capacity: 1)
    arrival = .allocate(capacity: 1)
    pthread_mutex_init(mutex, nil)
    var attributes = pthread_condattr_t()
    pthread_condattr_init(&attributes)
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC)
    pthread_cond_init(arrival, &attributes)
    pthread_condattr_destroy(&attributes)
  }

  deinit {
    pthread_cond_destroy(arrival)
    pthread_mutex_destroy(mutex)
    arrival.deallocate()
    mutex.deallocate()
  }

  /// What became of a letter.
  enum Receipt {
    case accepted, full, closed
  }

  /// Leaves a letter, and wakes a receiver if one sleeps.
  func send(_ letter: Letter) -> Receipt {
    pthread_mutex_lock(mutex)
    if isClosed || letters.count >= capacity {
      defer { pthread_mutex_unlock(mutex) }
      return isClosed ? .closed : .full
    }
    letters.append(letter)
    let isAwaited = sleepers > 0 && letters.count >= wakeCount
    pthread_mutex_unlock(mutex)
    if isAwaited { pthread_cond_signal(arrival) }  // after unlocking, so that who wakes can go on at once
    return .accepted
  }

  /// Takes up to `limit` letters; sleeps up to `patience` while there is none, for ever without one.
  func take(upTo limit: Int, patience: Duration? = nil) -> Delivery {
    pthread_mutex_lock(mutex)
    defer { pthread_mutex_unlock(mutex) }
    guard sleep(until: 1, patience: patience) else { return isClosed ? .closed : .nothing }
    return .letters(removeFirst(limit))
  }

  /// Gives those who were just served a moment to come back: sleeps until `count` letters wait, but no
  /// longer than `patience`. For the only receiver of a mailbox.
  func gather(_ count: Int, patience: Duration) {
    pthread_mutex_lock(mutex)
    defer { pthread_mutex_unlock(mutex) }
    wakeCount = count
    _ = sleep(until: count, patience: patience)
    wakeCount = 1
  }

  /// Refuses further letters; receivers get those that wait, then `.closed`.
  func close() {
    pthread_mutex_lock(mutex)
    isClosed = true
    pthread_cond_broadcast(arrival)
    pthread_mutex_unlock(mutex)
  }

  /// Called with the mutex held; false when `patience` or the mailbox has ended with too few letters.
  private func sleep(until count: Int, patience: Duration?) -> Bool {
    guard letters.count < count, !isClosed else { return letters.count >= count }
    var deadline = patience.map(Self.deadline)
    sleepers += 1
    defer { sleepers -= 1 }
    while letters.count < count, !isClosed {
      if deadline == nil {
        pthread_cond_wait(arrival, mutex)
      } else if pthread_cond_timedwait(arrival, mutex, &deadline!) == ETIMEDOUT {
        break
      }
    }
    return letters.count >= count
  }

  /// Called with the mutex held.
  private func removeFirst(_ limit: Int) -> [Letter] {
    guard letters.count > limit else {
      defer { letters = [] }
      return letters
    }
    defer { letters.removeFirst(limit) }
    return Array(letters[..<limit])
  }

  private static func deadline(after patience: Duration) -> timespec {
    var now = timespec()
    clock_gettime(CLOCK_MONOTONIC, &now)
    let (seconds, attoseconds) = patience.components
    let nanoseconds = now.tv_nsec + Int(attoseconds / 1_000_000_000)
    return timespec(
      tv_sec: now.tv_sec + Int(seconds) + nanoseconds / 1_000_000_000, tv_nsec: nanoseconds % 1_000_000_000)
  }
}
