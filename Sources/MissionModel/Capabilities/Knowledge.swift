package import Formats

/// Lets a step keep documents and search in them, by words and by vectors.
package struct Knowledge: Sendable {
  /// The collection of a name; nil if there is none.
  package var collection: @Sendable (_ name: String) async throws(StepFailure) -> KnowledgeCollection?
  /// Adds a document, or puts it in the place of the one with its id: all of it or nothing. True if it
  /// replaced one.
  package var add:
    @Sendable (_ document: KnowledgeDocument, _ collection: KnowledgeCollection) async throws(StepFailure) ->
      Bool
  /// The chunks that answer a query best, the best first.
  package var find: @Sendable (_ query: KnowledgeQuery) async throws(StepFailure) -> [KnowledgeHit]

  /// Makes the capability of its closures.
  package init(
    collection: @escaping @Sendable (String) async throws(StepFailure) -> KnowledgeCollection?,
    add: @escaping @Sendable (KnowledgeDocument, KnowledgeCollection) async throws(StepFailure) -> Bool,
    find: @escaping @Sendable (KnowledgeQuery) async throws(StepFailure) -> [KnowledgeHit]
  ) {
    self.collection = collection
    self.add = add
    self.find = find
  }

  /// Refuses everything: what a step gets that did not declare `usesKnowledge`.
  package static let denied = Knowledge(
    collection: { _ throws(StepFailure) in throw refusal },
    add: { _, _ throws(StepFailure) in throw refusal },
    find: { _ throws(StepFailure) in throw refusal })

  private static let refusal = StepFailure(
    .denied, "use the document store: this step type did not declare that it uses it")
}

/// A set of documents whose vectors were all made by one model, so that they can be compared.
package struct KnowledgeCollection: Sendable, Equatable {
  package var name: String
  /// Who made the vectors, as missions name the provider.
  package var provider: String
  package var model: String
  /// The length of the vectors.
  package var dimensions: Int

  /// Describes a collection.
  package init(name: String, provider: String, model: String, dimensions: Int) {
    self.name = name
    self.provider = provider
    self.model = model
    self.dimensions = dimensions
  }

  /// Says that vectors of `other` cannot be compared with the ones in here; nil where they can.
  package func refusal(of other: KnowledgeCollection) -> StepFailure? {
    guard provider != other.provider || model != other.model || dimensions != other.dimensions else {
      return nil
    }
    return StepFailure(
      .badParameters,
      "collection \"\(name)\" holds vectors of \(provider) \(model) (\(dimensions) dimensions), not of "
        + "\(other.provider) \(other.model) (\(other.dimensions)); take another collection, or the same model"
    )
  }
}

/// A document as it is kept: what it says, cut into chunks, each with its vector.
package struct KnowledgeDocument: Sendable, Equatable {
  /// A piece of the text.
  package struct Chunk: Sendable, Equatable {
    package var text: String
    package var vector: [Float]

    /// Joins a text and its vector.
    package init(_ text: String, vector: [Float]) {
      self.text = text
      self.vector = vector
    }
  }

  /// The mission's own name for it.
  package var id: String
  package var metadata: JSONObject
  package var chunks: [Chunk]

  /// Describes a document.
  package init(id: String, metadata: JSONObject = [:], chunks: [Chunk]) {
    self.id = id
    self.metadata = metadata
    self.chunks = chunks
  }
}

/// What is looked for in a collection: by words, by a vector, or by both.
package struct KnowledgeQuery: Sendable {
  package var collection: String
  /// Words to look for; nil for a search by vector alone.
  package var words: String?
  /// What chunks are to be near; nil for a search by words alone.
  package var vector: [Float]?
  package var metric: VectorMetric
  package var limit: Int
  /// The least similarity, or, without a vector, the least score.
  package var threshold: Double?
  /// What a document's metadata must be; a list names several values that are right.
  package var filter: JSONObject

  /// Asks a collection.
  package init(
    collection: String, words: String? = nil, vector: [Float]? = nil, metric: VectorMetric = .cosine,
    limit: Int, threshold: Double? = nil, filter: JSONObject = [:]
  ) {
    self.collection = collection
    self.words = words
    self.vector = vector
    self.metric = metric
    self.limit = limit
    self.threshold = threshold
    self.filter = filter
  }
}

/// A chunk that was found.
package struct KnowledgeHit: Sendable, Equatable {
  package var documentID: String
  /// The place of the chunk in its document, from 0.
  package var position: Int
  /// More is better: the similarity, the BM25 of the words, or the two ranks put together (0 to 1).
  package var score: Double
  package var content: String
  package var metadata: JSONObject

  /// Describes a hit.
  package init(documentID: String, position: Int, score: Double, content: String, metadata: JSONObject) {
    self.documentID = documentID
    self.position = position
    self.score = score
    self.content = content
    self.metadata = metadata
  }

  /// The document and the place in it, as outputs name the chunk.
  package var chunkID: String { "\(documentID)#\(position)" }
}

/// How near two vectors are. More is nearer.
package enum VectorMetric: String, Sendable, CaseIterable {
  /// The cosine of the angle between them, -1 to 1; 0 where one of them has no length.
  case cosine
  case dot
  /// 1 / (1 + distance), so that it is 1 for the same vector and falls to 0.
  case euclidean

  /// The similarity of vectors whose product and lengths are known. It grows with `product`.
  package func similarity(product: Double, lengths: (Double, Double)) -> Double {
    switch self {
    case .dot: return product
    case .cosine:
      let scale = lengths.0 * lengths.1
      return scale > 0 ? product / scale : 0
    case .euclidean:
      let square = lengths.0 * lengths.0 + lengths.1 * lengths.1 - 2 * product
      return 1 / (1 + max(0, square).squareRoot())
    }
  }

  /// The similarity of two vectors of one length.
  package func similarity(_ left: [Float], _ right: [Float]) -> Double {
    precondition(left.count == right.count, "only vectors of one length can be compared")
    return similarity(
      product: left.product(right),
      lengths: (left.product(left).squareRoot(), right.product(right).squareRoot()))
  }
}

extension [Float] {
  /// The scalar product with another vector of this length.
  package func product(_ other: [Float]) -> Double {
    var sum = 0.0
    for place in indices { sum += Double(self[place]) * Double(other[place]) }
    return sum
  }
}

/// Puts ranked lists together by the places of their elements alone, whatever their scores mean.
///
/// Reciprocal rank fusion, Cormack, Clarke and Büttcher, SIGIR 2009: a place adds 1 / (60 + place).
package enum RankFusion {
  private static let offset = 60.0

  /// All elements of the lists, the best first; an element that leads every list scores 1.
  package static func fuse<Element: Hashable & Comparable>(_ lists: [[Element]]) -> [(
    element: Element, score: Double
  )] {
    var scores: [Element: Double] = [:]
    for list in lists {
      for (place, element) in list.enumerated() {
        scores[element, default: 0] += 1 / (offset + Double(place + 1))
      }
    }
    let best = Double(Swift.max(1, lists.count)) / (offset + 1)
    return scores.map { (element: $0.key, score: $0.value / best) }.sorted {
      $0.score == $1.score ? $0.element < $1.element : $0.score > $1.score
    }
  }
}
