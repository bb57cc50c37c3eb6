/// What the anchors of a document stand for: ranges of the JSON that is being written.
struct YAMLAnchors {
  /// The value of an anchor.
  struct Anchor {
    fileprivate enum Place {
      case range(Range<Int>)
      case copy([UInt8])
    }

    fileprivate var place: Place
    /// How many nodes it consists of, those that aliases in it added too.
    let nodes: Int
    /// How many lists and maps lie in each other in it.
    let height: Int

    /// Its length in bytes of JSON.
    var count: Int {
      switch place {
      case .range(let range): range.count
      case .copy(let bytes): bytes.count
      }
    }

    /// Appends it to the JSON of which it is a range.
    func append(to json: inout [UInt8]) {
      switch place {
      case .range(let range):
        json.reserveRoom(for: range.count)
        // `json` must not be read and written at once, so the piece is copied first.
        let piece = Array(json[range])
        json.append(contentsOf: piece)
      case .copy(let bytes): json.append(contentsOf: bytes)
      }
    }

    /// Appends it to `target`, when it is a range of `json`.
    func append(to target: inout [UInt8], from json: [UInt8]) {
      switch place {
      case .range(let range): target.append(contentsOf: json[range])
      case .copy(let bytes): target.append(contentsOf: bytes)
      }
    }
  }

  private var anchors: [String: Anchor] = [:]
  private var openNames: Set<String> = []
  private var defined: [String] = []

  /// How many definitions there were so far.
  var count: Int { defined.count }

  /// The anchor of that name which was defined last.
  subscript(name: String) -> Anchor? { anchors[name] }

  /// Whether the list or map of that anchor has not ended yet.
  func isOpen(_ name: String) -> Bool { openNames.contains(name) }

  /// Notes that the list or map of an anchor begins; until it ends the name stands for nothing.
  mutating func open(_ name: String) {
    anchors[name] = nil
    openNames.insert(name)
  }

  /// Gives `name` its value, which the JSON has at `range`; a later definition replaces an earlier one.
  mutating func define(_ name: String, at range: Range<Int>, nodes: Int, height: Int) {
    set(name, Anchor(place: .range(range), nodes: nodes, height: height))
  }

  /// Gives `name` a value that is not in the JSON as it stands.
  mutating func define(_ name: String, copy: [UInt8], nodes: Int, height: Int) {
    set(name, Anchor(place: .copy(copy), nodes: nodes, height: height))
  }

  private mutating func set(_ name: String, _ anchor: Anchor) {
    anchors[name] = anchor
    defined.append(name)
    openNames.remove(name)
  }

  /// Copies what was defined since `index` definitions were known, before that piece of the JSON goes away.
  mutating func keepCopies(from index: Int, of json: [UInt8]) {
    for name in defined[index...] {
      guard case .range(let range)? = anchors[name]?.place else { continue }
      anchors[name]?.place = .copy(Array(json[range]))
    }
  }
}

extension [UInt8] {
  /// Makes room in doubling steps, as `append` itself does.
  fileprivate mutating func reserveRoom(for more: Int) {
    if capacity < count + more { reserveCapacity(Swift.max(count + more, capacity * 2)) }
  }
}
