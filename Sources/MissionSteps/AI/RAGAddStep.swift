package import Formats
package import MissionModel

/// Keeps a document where `rag_query` finds it.
package struct RAGAddStep: StepType {
  package static let name = "rag_add"
  package static let summary = "Keep a document in the store, cut into chunks that can be searched."
  package static let effects: Effects = [.callsModels, .usesNetwork, .readsFiles, .usesKnowledge]
  package static let example = """
    step_type: rag_add
    parameters:
      id: handbook
      content_file: handbook.md
      metadata: { language: en }
      collection: manuals
      provider: local
    """
  package static let outputs = [
    OutputField("document_id", "string", "The document's id."),
    OutputField("chunks", "integer", "How many chunks it was cut into."),
    OutputField("content_length", "integer", "Characters of the text."),
    OutputField("added", "boolean", "True: the document is in the store, and will be after a restart."),
    OutputField("replaced", "boolean", "Whether a document of that id was there before."),
  ]
  package static let requirements: [Requirement] = [.library("libcurl.so.4", package: "libcurl4")]

  private let id: String
  private let content: String?
  private let contents: [String]?
  private let file: String?
  private let metadata: JSONObject
  private let collection: CollectionParameters
  private let chunks: TextChunks

  package init(_ p: inout ParameterReader) {
    id = p.required(
      "id", .nonEmptyString, "The document's id; a document that has it already is replaced.")
    content = p.optional("content", .nonEmptyString, "The text.")
    file = p.optional("content_file", .readPath, "The file that holds the text.")
    contents = p.optional("contents", .list(of: .nonEmptyString), "The text in parts, each cut by itself.")
    p.exactlyOne(of: ["content", "content_file", "contents"])
    metadata = p.optional("metadata", .map, default: [:], "What a filter may ask for.")
    collection = CollectionParameters(&p)
    let size = p.optional(
      "chunk_size", .integer(1...10_000_000), default: 1000, "Most characters of a chunk.")
    let overlap = p.optional(
      "chunk_overlap", .integer(0...10_000_000), default: min(200, max(0, size - 1)),
      "Characters that chunks have in common.")
    chunks = TextChunks(size: size, overlap: min(overlap, size - 1))
    if overlap >= size {
      p.problem(at: "chunk_overlap", "\(overlap) is not less than chunk_size (\(size))")
    }
    if let contents, contents.isEmpty, !p.isOpen("contents"), p.purpose != .describing {
      p.problem(at: "contents", "is empty")
    }
  }

  package func run(in context: StepContext) async throws(StepFailure) -> JSON {
    let texts = try await read(context)
    let chunks = chunks
    let pieces = try await context.heavyWork.run { _ throws(StepFailure) in
      texts.flatMap { chunks.pieces(of: $0) }
    }
    // Models are asked before the transaction, which has nobody to wait for.
    let (collection, _, vectors) = try await collection.embed(pieces, in: context)
    let document = KnowledgeDocument(
      id: id, metadata: metadata,
      chunks: zip(pieces, vectors).map { KnowledgeDocument.Chunk($0, vector: $1) })
    guard !Task.isCancelled else { throw .cancelled }
    let replaced = try await context.knowledge.add(document, collection)
    return [
      "document_id": .string(id), "chunks": JSON(pieces.count),
      "content_length": JSON(texts.reduce(0) { $0 + $1.count }), "added": true, "replaced": .bool(replaced),
    ]
  }

  private func read(_ context: StepContext) async throws(StepFailure) -> [String] {
    guard let file else { return contents ?? [content ?? ""] }
    return [try await DocumentFile.text(file, in: context)]
  }
}
