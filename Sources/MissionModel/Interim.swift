// Interim stand-in until the target Formats has it.
package enum JSONPointer {
  static func escape(_ key: String) -> String { key.replacing("~", with: "~0").replacing("/", with: "~1") }
}
