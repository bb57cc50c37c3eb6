/// Options of curl_easy_setopt(3): the number of `curl/curl.h`, with the value's type in the ten thousands.
enum CurlOption: CInt {
  case timeout = 155
  case noBody = 44
  case upload = 46
  case post = 47
  case verifiesPeer = 64
  case verifiesHost = 81
  case httpVersion = 84
  case noSignal = 99
  case createsFolders = 110
  case usesTLS = 119
  case skipsPassiveAddress = 137
  case httpAuthentication = 107
  case protocols = 181
  case connectsOnly = 141
  case sshAuthentication = 151
  case keepsPathAsIs = 234
  case maxIdleSeconds = 288
  case quickExit = 322
  case writeData = 10001
  case url = 10002
  case proxy = 10004
  case readData = 10009
  case errorBuffer = 10010
  case headerLines = 10023
  case headerData = 10029
  case method = 10036
  case authorityFolder = 10097
  case acceptedEncodings = 10102
  case openSocketData = 10164
  case seekData = 10168
  case identity = 10153
  case userName = 10173
  case password = 10174
  case knownHosts = 10183
  case writeFunction = 20011
  case readFunction = 20012
  case headerFunction = 20079
  case openSocketFunction = 20163
  case seekFunction = 20167
  case bodySize = 30115
  case resumesAt = 30116
  case postSize = 30120
  case certificates = 40309
}

/// Options of curl_multi_setopt(3).
enum CurlMultiOption: CInt {
  case pipelining = 3
  case maxConnections = 6
  case socketData = 10002
  case timerData = 10005
  case socketFunction = 20001
  case timerFunction = 20004
}

/// What curl_easy_getinfo(3) tells.
enum CurlInformation: CInt {
  case status = 0x20_0002
  case systemError = 0x20_0019
  case httpVersion = 0x20_002e
  case connects = 0x20_001a
  case contentLength = 0x60_000f
  case activeSocket = 0x50_002c
  case effectiveURL = 0x10_0001
  case remoteAddress = 0x10_0020
}
