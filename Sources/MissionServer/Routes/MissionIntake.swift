package import Formats
import Glibc
package import HTTP
import MissionKit
package import MissionModel
import Posix

/// Turns what clients send into missions, away from the loop: small documents at once, others on Swift's
/// pool, those over 1 MiB one at a time on a thread of their own.
package struct MissionIntake: Sendable {
  /// The step types that missions may use.
  package let catalog: StepCatalog
  /// The bounds on documents.
  package let limits: Limits
  /// What the policy says.
  package let review: MissionReview

  /// Documents up to this size are read where the request is: it takes less time than a change of threads.
  private static let smallBytes = 8 << 10
  /// Documents from this size on are read one at a time.
  private static let largeBytes = 1 << 20
  private static let largeDocuments = BlockingWork(name: "documents", permits: 1)

  /// Makes an intake for the step types of `catalog` and documents within `limits`.
  ///
  /// - Parameter review: is asked at a submission; what is in the job table was asked about before.
  package init(catalog: StepCatalog, limits: Limits, review: MissionReview = .none) {
    self.review = review
    self.catalog = catalog
    self.limits = limits
  }

  /// The same, without asking the policy.
  package var withoutReview: MissionIntake { MissionIntake(catalog: catalog, limits: limits) }

  /// A document that holds a mission.
  package struct Document: Sendable {
    package let bytes: [UInt8]
    package let mission: Mission
    package let format: DocumentFormat
    package let warnings: [Problem]
  }

  /// Reads the content of a request as a mission.
  ///
  /// - Throws: everything that is wrong with it; a file that cannot be read is one problem, too.
  package func read(
    _ body: RequestBody, as format: DocumentFormat?, context: JSONObject = [:],
    unknownFields: DocumentLoader.UnknownFields = .error
  ) async throws(ValidationError) -> Document {
    switch body {
    case .none:
      throw ValidationError([Problem(at: "", "the request has no content", hint: "send a mission")])
    case .bytes(let bytes):
      return try await check(bytes, as: format, context: context, unknownFields: unknownFields)
    case .file(let spooled):
      return try await Self.largeDocuments.run { () throws(ValidationError) in
        let bytes = try Self.content(of: spooled)
        return try load(bytes, as: format, context: context, unknownFields: unknownFields)
      }
    }
  }

  /// Reads a document that is in memory.
  package func check(
    _ bytes: [UInt8], as format: DocumentFormat?, context: JSONObject = [:],
    unknownFields: DocumentLoader.UnknownFields = .error
  ) async throws(ValidationError) -> Document {
    if bytes.count <= Self.smallBytes {
      return try load(bytes, as: format, context: context, unknownFields: unknownFields)
    }
    if bytes.count < Self.largeBytes {
      return try await loadOnPool(bytes, as: format, context: context, unknownFields: unknownFields)
    }
    return try await Self.largeDocuments.run { () throws(ValidationError) in
      try load(bytes, as: format, context: context, unknownFields: unknownFields)
    }
  }

  @concurrent
  private func loadOnPool(
    _ bytes: [UInt8], as format: DocumentFormat?, context: JSONObject,
    unknownFields: DocumentLoader.UnknownFields
  ) async throws(ValidationError) -> Document {
    try load(bytes, as: format, context: context, unknownFields: unknownFields)
  }

  private func load(
    _ bytes: [UInt8], as format: DocumentFormat?, context: JSONObject,
    unknownFields: DocumentLoader.UnknownFields
  ) throws(ValidationError) -> Document {
    let loader = DocumentLoader(
      catalog: catalog, limits: limits, unknownFields: unknownFields, review: review,
      makeSide: SideThread.live)
    do {
      let loaded = try loader.load(bytes, as: format, context: context)
      return Document(
        bytes: bytes, mission: loaded.mission, format: loaded.format, warnings: loaded.warnings)
    } catch { throw error.explained(by: bytes) }
  }

  /// The bytes of a request's content; none where they cannot be read back.
  package func content(of body: RequestBody) async -> [UInt8] {
    switch body {
    case .none: return []
    case .bytes(let bytes): return bytes
    case .file(let spooled):
      return await Self.largeDocuments.run {
        do throws(ValidationError) { return try Self.content(of: spooled) } catch { return [] }
      }
    }
  }

  private static func content(of spooled: SpooledBody) throws(ValidationError) -> [UInt8] {
    do throws(Errno) {
      let number = spooled.file.descriptor.rawValue
      _ = try Posix.check("seek") { lseek(number, 0, SEEK_SET) }
      return try spooled.file.descriptor.readAll(limit: spooled.count)
    } catch {
      throw ValidationError([Problem(at: "", "the document could not be read back: \(error)")])
    }
  }
}
