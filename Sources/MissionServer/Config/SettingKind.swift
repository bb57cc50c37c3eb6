import Formats
import Telemetry

/// How the values of one kind of setting are written: in the file, in a variable, in a flag.
struct SettingKind<Value: Sendable>: Sendable {
  /// What a value must be, as an error says it: `a whole number from 1 to 256`.
  let form: String
  /// Takes a value of the file; nil where it is none of this kind.
  let read: @Sendable (JSON) -> Value?
  /// The value as the file has it.
  let write: @Sendable (Value) -> JSON
  /// Makes of a variable's text what the file would have.
  var parse: @Sendable (String) -> JSON = { .string($0) }
  /// False where a wrong value must not be repeated in an error.
  var showsValues = true

  init(
    _ form: String, read: @escaping @Sendable (JSON) -> Value?, write: @escaping @Sendable (Value) -> JSON
  ) {
    self.form = form
    self.read = read
    self.write = write
  }

  /// The same kind, whose values may be missing.
  var orNone: SettingKind<Value?> {
    var kind = SettingKind<Value?>(
      "\(form), or null", read: { $0.isNull ? .some(nil) : read($0).map(Optional.some) },
      write: { $0.map(write) ?? .null })
    kind.parse = { [parse] in $0.isEmpty ? .null : parse($0) }
    kind.showsValues = showsValues
    return kind
  }

  /// A list of values of this kind; in a variable they are parted by commas.
  var list: SettingKind<[Value]> {
    var kind = SettingKind<[Value]>(
      "a list, each \(form)",
      read: { value in
        guard let elements = value.arrayValue else { return nil }
        let values = elements.compactMap(read)
        return values.count == elements.count ? values : nil
      }, write: { .array($0.map(write)) })
    kind.parse = { [parse] text in
      .array(text.split(separator: ",").map { parse(String($0.trimmingSpaces)) })
    }
    return kind
  }
}

extension SettingKind where Value == String {
  /// A map of names to values of this kind; in a variable `NAME=value`, parted by commas.
  var map: SettingKind<[String: String]> {
    var kind = SettingKind<[String: String]>(
      "a map of names, each to \(form)",
      read: { value in
        guard let members = value.objectValue else { return nil }
        var values: [String: String] = [:]
        for (name, member) in members { values[name] = read(member) }
        return values.count == members.count ? values : nil
      },
      write: { values in
        .object(JSONObject(values.sorted { $0.key < $1.key }.map { ($0.key, write($0.value)) }))
      })
    kind.parse = { [parse] text in
      var members = JSONObject()
      for pair in text.split(separator: ",") {
        let parts = pair.split(separator: "=", maxSplits: 1)
        members[String(parts[0].trimmingSpaces)] = parse(
          parts.count == 2 ? String(parts[1].trimmingSpaces) : "")
      }
      return .object(members)
    }
    return kind
  }
}

extension SettingKind where Value == Int {
  /// A whole number within bounds.
  static func integer(_ range: ClosedRange<Int>) -> SettingKind {
    let bound =
      range.upperBound == .max
      ? "of at least \(range.lowerBound)" : "from \(range.lowerBound) to \(range.upperBound)"
    var kind = SettingKind(
      "a whole number \(bound)",
      read: { $0.integerValue.flatMap { Int(exactly: $0) }.flatMap { range.contains($0) ? $0 : nil } },
      write: { JSON($0) })
    kind.parse = { text in Int64(text).map(JSON.integer) ?? .string(text) }
    return kind
  }

  /// An amount of bytes, with or without a unit.
  static func bytes(_ range: ClosedRange<Int>) -> SettingKind {
    SettingKind(
      "bytes such as \"16 MiB\", from \(ByteSize.describe(Int64(range.lowerBound)))"
        + (range.upperBound == .max ? "" : " to \(ByteSize.describe(Int64(range.upperBound)))"),
      read: { value in
        let bytes = value.integerValue ?? value.stringValue.flatMap(ByteSize.parse)
        return bytes.flatMap { Int(exactly: $0) }.flatMap { range.contains($0) ? $0 : nil }
      },
      write: { bytes in
        let text = ByteSize.describe(Int64(bytes))
        return ByteSize.parse(text) == Int64(bytes) ? .string(text) : JSON(bytes)
      })
  }

  /// Permissions of a file in octal digits.
  static var mode: SettingKind {
    SettingKind(
      "permissions as octal digits in quotes, such as \"0660\"",
      read: { value in
        value.stringValue.flatMap { Int($0, radix: 8) }.flatMap { (0...0o777).contains($0) ? $0 : nil }
      }, write: { .string("0" + String($0, radix: 8)) })
  }
}

extension SettingKind where Value == Bool {
  /// Yes or no.
  static var flag: SettingKind {
    var kind = SettingKind("true or false", read: { $0.boolValue }, write: { .bool($0) })
    kind.parse = { text in text == "true" ? true : text == "false" ? false : .string(text) }
    return kind
  }
}

extension SettingKind where Value == String {
  /// A text of at least one character.
  static func text(_ form: String) -> SettingKind {
    SettingKind(form, read: { $0.stringValue.flatMap { $0.isEmpty ? nil : $0 } }, write: { .string($0) })
  }

  /// A path from the root of the file system.
  static var absolutePath: SettingKind {
    SettingKind(
      "an absolute path", read: { $0.stringValue.flatMap { $0.hasPrefix("/") ? $0 : nil } },
      write: { .string($0) })
  }
}

extension SettingKind where Value: RawRepresentable<String> & CaseIterable {
  /// One of a few words.
  static var word: SettingKind {
    SettingKind(
      "one of " + Value.allCases.map(\.rawValue).joined(separator: ", "),
      read: { $0.stringValue.flatMap(Value.init(rawValue:)) }, write: { .string($0.rawValue) })
  }
}

extension SettingKind where Value == LogLevel {
  /// The name of a level of the log.
  static var level: SettingKind {
    SettingKind(
      "one of " + LogLevel.allCases.map(\.name).joined(separator: ", "),
      read: { $0.stringValue.flatMap(LogLevel.init(name:)) }, write: { .string($0.name) })
  }
}

extension StringProtocol where SubSequence == Substring {
  /// Without the spaces at both ends.
  var trimmingSpaces: SubSequence {
    var rest = self[...]
    while rest.first == " " { rest.removeFirst() }
    while rest.last == " " { rest.removeLast() }
    return rest
  }
}
