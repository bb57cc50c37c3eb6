package import Formats

/// Which documents a search is about, by what their metadata says.
package enum MetadataFilter {
  /// True if each member of `filter` is what the metadata has under its name: the same value, or one of a
  /// list's.
  /// Where the metadata has a list itself, one of its elements is enough.
  package static func passes(_ metadata: JSONObject, _ filter: JSONObject) -> Bool {
    filter.allSatisfy { name, wanted in
      guard let own = metadata[name] else { return wanted.isNull }
      let values = own.arrayValue ?? [own]
      let right = wanted.arrayValue ?? [wanted]
      return own == wanted || values.contains { value in right.contains(value) }
    }
  }
}
