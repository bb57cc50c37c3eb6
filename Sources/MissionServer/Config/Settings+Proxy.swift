import Formats
import Sandbox

extension Settings {
  /// What requests of HTTP go through.
  static let proxy: [Setting] = [
    Setting(
      "proxy.url", \.proxy.url, SettingKind.proxy.orNone,
      "What HTTP and WebSockets go through by CONNECT, to addresses looked up here; null is no proxy."),
    Setting(
      "proxy.except", \.proxy.except, SettingKind.proxyException.list,
      "Names, addresses and networks, with or without port, that are asked without it."),
  ]
}

extension SettingKind where Value == String {
  /// The address of a proxy. It is never shown: it may hold the password that it should not.
  static var proxy: SettingKind {
    var kind = SettingKind(
      "the address of a proxy such as \"http://user:{{secret.proxy_password}}@proxy.example.com:3128\"",
      read: { value in value.stringValue.flatMap { WebProxy.isAddress($0) ? $0 : nil } },
      write: { .string($0) })
    kind.showsValues = false
    return kind
  }

  /// A server that is asked without a proxy.
  static var proxyException: SettingKind {
    SettingKind(
      "a name, an address or a network",
      read: { value in value.stringValue.flatMap { WebProxy.isRule($0) ? $0 : nil } },
      write: { .string($0) })
  }
}
