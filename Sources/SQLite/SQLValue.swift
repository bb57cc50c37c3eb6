/// A value on its way into a statement's parameter.
package enum SQLValue: Sendable, Equatable {
  case null
  case integer(Int64)
  case real(Double)
  case text(String)
  case bytes([UInt8])
}

extension SQLValue: ExpressibleByNilLiteral, ExpressibleByIntegerLiteral, ExpressibleByStringLiteral {
  package init(nilLiteral: ()) { self = .null }
  package init(integerLiteral value: Int64) { self = .integer(value) }
  package init(stringLiteral value: String) { self = .text(value) }

  /// Wraps a whole number, or NULL where there is none.
  package init(_ value: Int64?) { self = value.map(SQLValue.integer) ?? .null }
  /// Wraps a whole number, or NULL where there is none.
  package init(_ value: Int?) { self = value.map { .integer(Int64($0)) } ?? .null }
  /// Wraps a text, or NULL where there is none.
  package init(_ value: String?) { self = value.map(SQLValue.text) ?? .null }
  /// Wraps bytes, or NULL where there are none.
  package init(_ value: [UInt8]?) { self = value.map(SQLValue.bytes) ?? .null }
  /// Wraps a truth value as 0 or 1, as SQLite spells it.
  package init(_ value: Bool) { self = .integer(value ? 1 : 0) }
}
