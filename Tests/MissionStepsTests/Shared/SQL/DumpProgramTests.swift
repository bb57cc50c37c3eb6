import MissionModel
import Testing

@testable import MissionSteps

/// What a `DumpProgram` is told; what comes of it is restored in the tests of db_backup.
@Suite struct DumpProgramTests {
  @Test(arguments: [DatabaseServer.Kind.postgresql, .mysql])
  func `the password goes by the environment, never by an argument`(kind: DatabaseServer.Kind) {
    var server = DatabaseServer(kind, host: "h", port: 7)
    (server.user, server.password, server.database) = ("--evil", "s3cr3t-pass", "host=elsewhere")
    let command = DumpProgram(server, format: nil, into: "/out").command
    #expect(!command.arguments.contains { $0.contains("s3cr3t-pass") })
    #expect(command.environment.contains { $0.value == "s3cr3t-pass" })
    // Neither name may be taken for an option or for a connection string.
    #expect(!command.arguments.contains("--evil"))
    if kind == .postgresql {
      #expect(!command.arguments.contains { $0.contains("elsewhere") })
    } else {
      #expect(command.arguments.suffix(2) == ["--", "host=elsewhere"])
    }
  }

  @Test func `formats are those of the server`() {
    func format(_ kind: DatabaseServer.Kind, _ format: String?) -> String {
      DumpProgram(DatabaseServer(kind, host: "h", port: 7), format: format, into: "/out").format
    }
    #expect(format(.postgresql, nil) == "custom")
    #expect(format(.postgresql, "plain") == "plain")
    #expect(format(.mysql, nil) == "sql")
  }
}
