package import Formats

/// A mission: the document as the engine uses it, checked and never changed once submitted.
///
/// Steps keep their parameters as ranges into `source`, so that a mission of a million steps stays small;
/// they are parsed when their step starts.
package struct Mission: Sendable {
  /// Human-readable name, 1 to 200 characters.
  package var name: String
  /// Format version, such as `1.0`.
  package var version: String
  package var description: String?
  /// What holds for the whole job.
  package var config: MissionConfig
  /// Context variables that the document starts with.
  package var context: JSONObject
  /// Free labels, for searching.
  package var labels: [(key: String, value: String)]
  /// The steps in document order; a step's index is its place here.
  package var steps: [Step]
  /// The document as compact JSON; `Step.parameters` are ranges of it.
  package let source: [UInt8]

  /// Makes a mission of parts that the loader has checked.
  package init(
    name: String, version: String = "1.0", description: String? = nil, config: MissionConfig = .init(),
    context: JSONObject = [:], labels: [(key: String, value: String)] = [], steps: [Step], source: [UInt8]
  ) {
    self.name = name
    self.version = version
    self.description = description
    self.config = config
    self.context = context
    self.labels = labels
    self.steps = steps
    self.source = source
  }

  /// Parses the parameters of the step at `index` again.
  ///
  /// They were checked at submission, so a failure here means that the document changed underneath.
  package func parameters(ofStepAt index: Int) throws(JSONError) -> JSONObject {
    let range = steps[index].parameters
    guard !range.isEmpty else { return [:] }
    let value = try JSONParser.parse(Array(source[range]))
    guard case .object(let parameters) = value else {
      preconditionFailure("parameters were checked to be a map")
    }
    return parameters
  }
}
