package import Formats
package import MissionModel

/// Turns texts into vectors.
package struct GenerateEmbeddingStep: StepType {
  package static let name = "generate_embedding"
  package static let summary = "Turn texts into vectors that lie close where the texts mean the same."
  package static let effects: Effects = [.callsModels, .usesNetwork, .readsFiles]
  package static let example = """
    step_type: generate_embedding
    parameters: { texts: [one, two], provider: openai, model: text-embedding-3-small }
    """
  package static let outputs = [
    OutputField("embedding", "list", "The vector of the first text."),
    OutputField("embeddings", "list", "The vectors of all texts, or of all chunks, in order."),
    OutputField("dimensions", "integer", "The length of a vector."),
    OutputField("model", "string", "The model that made them."),
    OutputField("provider", "string", "Who made them."),
    OutputField("count", "integer", "How many vectors there are."),
  ]
  package static let requirements: [Requirement] = [.library("libcurl.so.4", package: "libcurl4")]

  /// Texts of one request where nothing is said.
  private static let defaultBatch = 64

  private let text: String?
  private let texts: [String]?
  private let file: String?
  private let choice: ModelChoice
  private let batchSize: Int
  private let chunks: TextChunks?

  package init(_ p: inout ParameterReader) {
    text = p.optional("text", .nonEmptyString, "The text.")
    texts = p.optional("texts", .list(of: .nonEmptyString), "Several texts.")
    file = p.optional("file_path", .readPath, "The file that holds the text.")
    p.exactlyOne(of: ["text", "texts", "file_path"])
    let source: String? = p.optional(
      "text_source", .choice("text", "file"), "Where the text is; may be left out.")
    choice = ModelParameters.choice(&p)
    batchSize = p.optional(
      "batch_size", .integer(1...2048), default: Self.defaultBatch, "Texts of one request.")
    let size: Int? = p.optional(
      "chunk_size", .integer(1...10_000_000), "Cut texts into chunks of at most so many characters.")
    let overlap = p.optional(
      "chunk_overlap", .integer(0...10_000_000), default: 0, "Characters that chunks have in common.")
    chunks = size.flatMap { overlap < $0 ? TextChunks(size: $0, overlap: overlap) : nil }
    if let size, overlap >= size {
      p.problem(at: "chunk_overlap", "\(overlap) is not less than chunk_size (\(size))")
    }
    if size == nil, p.isGiven("chunk_overlap") { p.problem(at: "chunk_overlap", "needs chunk_size") }
    if let texts, texts.isEmpty, !p.isOpen("texts"), p.purpose != .describing {
      p.problem(at: "texts", "is empty")
    }
    if let source, p.isGiven("text_source"), (source == "file") != (file != nil) {
      p.problem(
        at: "text_source", "is \"\(source)\", but \(file == nil ? "no file_path" : "a file_path") is given")
    }
  }

  package func run(in context: StepContext) async throws(StepFailure) -> JSON {
    let texts = try await read(context)
    var request = EmbeddingRequest(texts.flatMap { chunks?.pieces(of: $0) ?? [$0] }, choice: choice)
    request.batchSize = batchSize
    request.deadline = context.deadline
    let answer: EmbeddingAnswer
    do throws(ModelFailure) { answer = try await context.models.embed(request) } catch {
      throw error.stepFailure
    }
    let vectors = answer.vectors.map { vector in JSON.array(vector.map { .double(Double($0)) }) }
    return [
      "embedding": vectors.first ?? [], "embeddings": .array(vectors), "dimensions": JSON(answer.dimensions),
      "model": .string(answer.model), "provider": .string(answer.provider.rawValue),
      "count": JSON(vectors.count),
    ]
  }

  private func read(_ context: StepContext) async throws(StepFailure) -> [String] {
    guard let file else { return texts ?? [text ?? ""] }
    return [try await DocumentFile.text(file, in: context)]
  }
}
