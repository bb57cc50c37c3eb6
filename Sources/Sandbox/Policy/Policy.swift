import MissionModel

/// What missions may not do: the section `policy:` of the configuration (contract §9). A value.
///
/// Where a list `allow` has entries, only what one of them names is allowed; what a list `deny` names is
/// denied in any case. The policy is a guard against mistakes; the sandbox is the boundary.
package struct Policy: Sendable, Equatable {
  /// Rules as the configuration has them, of one kind of thing.
  package struct Rules: Sendable, Equatable {
    package var allow: [String]
    package var deny: [String]

    /// Collects rules; without arguments everything is allowed.
    package init(allow: [String] = [], deny: [String] = []) {
      self.allow = allow
      self.deny = deny
    }
  }

  /// Names of step types; `*` stands for any part.
  package var stepTypes = Rules()
  /// Command lines, as `CommandRule` reads them.
  package var commands = Rules(deny: Policy.destructiveCommands)
  /// Folders that stay closed although `paths.read` or `paths.write` hold them; the sockets in them do, too.
  package var deniedPaths: [String] = []
  /// Names, addresses and networks, as `HostRule` reads them.
  package var hosts = Rules(deny: Policy.metadataServices)
  /// Most that a step's `timeout_seconds`, or the default of 300, may be; nil for no bound.
  package var longestTimeout: Int?
  /// Most retries of a step.
  package var mostRetries: Int?

  /// The policy of a configuration that says nothing about it.
  package init() {}

  /// Commands that destroy a host rather than build something on it.
  package static let destructiveCommands = [
    "rm -r|-R|--recursive {outside}", "rm --no-preserve-root", "shred {outside}",
    "chmod -R|--recursive {outside}", "chown -R|--recursive {outside}", "chgrp -R|--recursive {outside}",
    "find {outside} -delete",
    "dd of=/dev/sd*|of=/dev/nvme*|of=/dev/vd*|of=/dev/hd*|of=/dev/mmcblk*|of=/dev/md*|of=/dev/dm-*|of=/dev/mapper/*",
    "mkfs*", "mke2fs", "wipefs", "blkdiscard", "fdisk", "sfdisk",
    "gdisk", "parted", "cryptsetup", "lvremove", "vgremove", "pvremove", "swapoff", "mount", "umount",
    "shutdown", "reboot", "halt", "poweroff", "telinit", "kexec", "init 0|6",
    "systemctl poweroff|reboot|halt|kexec|emergency|rescue", "kill -1", "kill -KILL|-9|-TERM|-15 -1",
    "killall5", "insmod", "rmmod", "modprobe", "iptables -F|--flush", "nft flush", "userdel", "crontab -r",
  ]

  /// 169.254.169.254 (most clouds), 169.254.170.2 (containers of AWS), 100.100.100.200 (Alibaba),
  /// 168.63.129.16 (Azure), 192.0.0.192 (Oracle) and fd00:ec2::254: they hand credentials to whoever asks.
  package static let metadataServices = [
    "169.254.169.254", "169.254.170.2", "100.100.100.200", "168.63.129.16", "192.0.0.192", "fd00:ec2::254",
  ]
}

/// Why something is denied: the rule, and the way to allow it.
package struct PolicyDenial: Error, Sendable, Equatable {
  /// `rm -rf /srv is denied by "rm -r|-R|--recursive {outside}"`.
  package let reason: String
  /// `remove it from policy.commands.deny in missiond.yaml`.
  package let wayOut: String

  /// Describes a denial.
  package init(_ reason: String, wayOut: String) {
    self.reason = reason
    self.wayOut = wayOut
  }

  /// What a `deny` rule says.
  static func denied(_ what: String, by rule: String, _ section: String) -> PolicyDenial {
    PolicyDenial(
      "\(what) is denied by the rule \"\(rule)\"",
      wayOut: "to allow it, take the rule out of policy.\(section).deny in missiond.yaml")
  }

  /// What no `allow` rule names.
  static func notAllowed(_ what: String, _ section: String) -> PolicyDenial {
    PolicyDenial(
      "\(what) is named by no rule of policy.\(section).allow",
      wayOut: "to allow it, add a rule there in missiond.yaml")
  }

  /// The failure of a step that was told no.
  func failure(_ verb: String) -> StepFailure { StepFailure(.denied, "\(verb): \(reason); \(wayOut)") }
}
