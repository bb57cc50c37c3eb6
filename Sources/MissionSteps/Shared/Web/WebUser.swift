package import MissionModel
import Formats

/// Who a request is from: `{basic: {username, password}}` or `{bearer: TOKEN}`.
package enum WebUser: Sendable, Equatable {
  case basic(WebAddress.User)
  case bearer(String)

  /// Puts it into a request.
  package func add(to request: inout WebRequest) {
    switch self {
    case .basic(let user): request.user = user
    case .bearer(let token): request.headers.append(("Authorization", "Bearer \(token)"))
    }
  }
}

extension ParameterKind where Value == WebUser {
  /// Either way of saying who one is.
  package static var webUser: ParameterKind {
    ParameterKind(
      expectation: "{basic: {username, password}} or {bearer: token}",
      schema: [
        "oneOf": [
          [
            "type": "object", "required": ["basic"], "additionalProperties": false,
            "properties": [
              "basic": [
                "type": "object", "required": ["username", "password"], "additionalProperties": false,
                "properties": ["username": ["type": "string"], "password": ["type": "string"]],
              ]
            ],
          ],
          [
            "type": "object", "required": ["bearer"], "additionalProperties": false,
            "properties": ["bearer": ["type": "string"]],
          ],
        ]
      ], access: .secret, stand: .bearer(""), encode: { _ in .null }
    ) { value, rules in
      guard let object = value.objectValue, object.count == 1 else { return nil }
      if let token = object["bearer"]?.stringValue { return isSendable(token) ? .bearer(token) : nil }
      guard let basic = object["basic"]?.objectValue, basic.count == 2,
        let name = basic["username"]?.stringValue, let password = basic["password"]?.stringValue,
        isSendable(name), isSendable(password), !name.contains(":")
      else { return nil }
      return .basic(WebAddress.User(name: name, password: password))
    }
  }

  private static func isSendable(_ text: String) -> Bool {
    !text.unicodeScalars.contains { $0.value < 0x20 || $0.value == 0x7F }
  }
}
