import Formats
import MissionModel

/// How one provider is spoken to, as its public reference has it. Pure: it writes requests and reads answers.
protocol ModelProtocol: Sendable {
  /// How a streamed answer is cut into pieces.
  var framing: StreamFraming { get }
  /// The request that asks `model` for an answer.
  func chat(_ request: ChatRequest, model: String, at endpoint: ModelEndpoint) -> ModelCall
  /// Takes over one piece of a streamed answer; returns the text in it.
  func take(_ piece: StreamPiece, into answer: inout ModelAnswerParts) throws(ModelFailure) -> String
  /// Takes over an answer that came in one.
  func take(whole body: JSON, into answer: inout ModelAnswerParts) throws(ModelFailure)
  /// The request for vectors of some texts.
  func embedding(of texts: [String], model: String, at endpoint: ModelEndpoint) -> ModelCall
  /// The vectors of an answer, in the order of their texts.
  func vectors(_ body: JSON) -> (vectors: [[Float]], usage: TokenUsage)?
  /// How the provider is asked for the models that it has.
  func models(at endpoint: ModelEndpoint) -> ModelListing
}

/// The request for a provider's list of models, and how its answer is read.
struct ModelListing: Sendable {
  var call: ModelCall
  var names: @Sendable (_ body: JSON) -> [String]
  /// What a model's name is, where that is not obvious: said beside the list, or in its place.
  var note = ""
  /// How addresses of the provider end: said where not even the list is there. Nil where that tells nothing.
  var addressNote: String?
}

/// A request to a provider.
struct ModelCall: Sendable, Equatable {
  var url: String
  var headers: [(name: String, value: String)] = []
  /// Nil for GET.
  var body: JSON?

  static func == (left: ModelCall, right: ModelCall) -> Bool {
    left.url == right.url && left.body == right.body
      && left.headers.elementsEqual(right.headers) { $0.name == $1.name && $0.value == $1.value }
  }
}

/// What has come of an answer so far.
struct ModelAnswerParts: Sendable, Equatable {
  /// A call whose arguments come piece by piece.
  struct Call: Sendable, Equatable {
    var id = ""
    var name = ""
    /// JSON text, as far as it came.
    var arguments = ""
    var seal = JSON.null
  }

  var text = ""
  /// By their places in the answer.
  var calls: [Int: Call] = [:]
  var finishReason: String?
  var usage = TokenUsage()
  var model: String?
  /// True once the provider has said that nothing more comes.
  var isComplete = false

  /// The calls in order; arguments that are no JSON stay a text.
  var toolCalls: [ToolCall] {
    calls.sorted { $0.key < $1.key }.map { place, call in
      let text = call.arguments.isEmpty ? "{}" : call.arguments
      return ToolCall(
        id: call.id.isEmpty ? "call_\(place)" : call.id, name: call.name,
        // They stay a text: see above.
        arguments: (try? JSONParser.parse(text)) ?? .string(text), seal: call.seal)
    }
  }
}
