import Formats
import MissionModel
import MissionStore
import Posix
import Sandbox
import Telemetry

// Secrets, tokens and the account of what was done.
extension Daemon {
  /// Reads the secrets before anything can show one.
  func readSecrets() throws(StartError) {
    do throws(SecretsError) { try loadSecrets() } catch { throw StartError(error.description) }
  }

  private func loadSecrets() throws(SecretsError) {
    let read = try SecretsLive.load(configuration.current.secrets, environment: launch.environment)
    for warning in read.warnings { log.warning("not masked", ["cause": warning]) }
    let connections = try NamedConnections.fill(configuration.current.databases) { read.find($0) }
    let proxy = try configuration.current.proxy.filled { read.find($0) }
    secrets.replace(with: read)
    databases.withLock { $0 = connections }
    self.proxy.withLock { $0 = proxy }
  }

  /// Reads the tokens, or says who may use this daemon without one.
  func readTokens() throws(StartError) {
    do throws(TokenFileError) { try tokens.load() } catch { throw StartError(error.description) }
    if !tokens.areRequired, !configuration.current.listen.isEmpty {
      log.warning(
        """
        everybody on this host can run commands as the user of missiond; \
        set auth.tokens_file to ask for tokens
        """
      )
    }
  }

  /// Reads secrets and tokens anew; what cannot be read stays as it was.
  func reloadAccess() {
    do throws(SecretsError) { try loadSecrets() } catch {
      log.error("the secrets cannot be read; those from before hold", ["cause": error.description])
    }
    do throws(TokenFileError) { try tokens.load() } catch {
      log.error("the tokens cannot be read; those from before stay valid", ["cause": error.description])
    }
  }

  /// Writes down wrong tokens and refused requests as they come, until the daemon stops.
  func recordRefusals(in trail: AuditTrail) async {
    await refusals.record(in: trail) { [log] error in
      log.error("a refusal is not in the audit trail", ["cause": error.message])
    }
  }

  /// Verifies the audit trail from its first entry, beside the work that goes on.
  func checkAudit(_ watch: AuditWatch) async {
    do throws(StoreError) {
      let verdict = try await watch.verify(fromStart: true)
      if let (sequence, reason) = verdict.firstBad {
        log.error("the audit trail was changed", ["entry": String(sequence), "found": reason])
      } else {
        log.info(
          "the audit trail verifies",
          ["entries": String(verdict.verified), "head": Hex.encode(verdict.head)])
      }
    } catch {
      if !Task.isCancelled { log.error("the audit trail cannot be read", ["cause": error.message]) }
    }
  }
}
