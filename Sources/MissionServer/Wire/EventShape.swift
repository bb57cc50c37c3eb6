import Formats
import HTTP
import MissionModel

/// An event of a job as `/events` streams it.
enum EventShape {
  /// The event with its type, and its sequence number as id.
  static func serverSent(_ event: JobEvent, of job: JobID) -> ServerSentEvent {
    var writer = JSONWriter()
    writer.beginObject()
    writer.member("seq", event.sequence)
    writer.member("at", event.at.description)
    writer.member("job_id", job.description)
    writer.member("step_id", event.stepID)
    writer.member("attempt", event.attempt.map { JSON($0) } ?? .null)
    writer.member("status", event.status)
    writer.member("error", event.error)
    writer.endObject()
    return ServerSentEvent(id: String(event.sequence), event: event.kind.rawValue, data: writer.text)
  }
}
