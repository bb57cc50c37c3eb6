import MissionModel
import Testing

@testable import Sandbox

@Suite struct FileTransferWordsTests {
  private func words(_ code: Int32, _ language: FileTransfer.Language = .ftp) -> String {
    let request = FileTransfer(
      language, .size, host: "h", port: 21, path: "a", user: WebAddress.User(name: "u", password: "p"),
      timeout: .seconds(1))
    return FileTransferWords.explain(code, "curl's words", errno: 0, request)
  }

  @Test func `each cause is told with its way out`() {
    #expect(words(6) == "no address is known for h; check the name and the resolver")
    #expect(words(31) == "the server cannot go on in the middle of a file; set resume to false")
    #expect(words(64) == "the server offers no TLS; set tls to none to speak in the clear")
    #expect(words(77) == "ca_file holds no certificate in PEM form")
    #expect(words(9) == "the server does not allow the folder: curl's words")
    #expect(words(99) == "curl's words")
  }

  @Test func `a folder that is not there is told from a file that is not`() {
    func words(_ code: Int32, createsFolders: Bool) -> String {
      let held = HeldPath(descriptorPath: "", realPath: "") {}
      var request = FileTransfer(
        .sftp, .upload(held, size: 1), host: "h", port: 22, path: "a/b",
        user: WebAddress.User(name: "u", password: "p"), timeout: .seconds(1))
      request.createsFolders = createsFolders
      return FileTransferWords.explain(code, "curl's words", errno: 0, request)
    }
    let reason = "the folder is not there, or this user may not write in it"
    #expect(words(78, createsFolders: false) == reason + "; set create_dirs to true")
    #expect(words(9, createsFolders: true) == reason)
    #expect(self.words(78) == "the server has no such file, or does not give it out")
    #expect(self.words(79, .sftp) == "the server gives no file there: curl's words; is it a folder?")
  }

  @Test func `a peer that is not trusted is a host key or a certificate`() {
    #expect(
      words(60, .sftp)
        == "the host key is not the one that is known, or none is known; check known_hosts")
    #expect(
      words(60) == "the server's certificate is not trusted: curl's words; "
        + "name the authority that signed it with ca_file")
  }
}
