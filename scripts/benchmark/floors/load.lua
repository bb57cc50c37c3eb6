-- What wrk sends, and its figures as one line of JSON. BODY names a file to post, else it gets;
-- CLOSE=1 makes a new connection for each request.
local body = os.getenv("BODY")
if body then
  wrk.method = "POST"
  local file = assert(io.open(body, "rb"))
  wrk.body = file:read("*a")
  file:close()
  wrk.headers["Content-Type"] = "application/json"
end
if os.getenv("CLOSE") then wrk.headers["Connection"] = "close" end

function done(summary, latency, _)
  local errors = summary.errors
  io.write(string.format(
    '{"rate": %.1f, "p50_ms": %.4f, "p99_ms": %.4f, "refused": %d, "broken": %d}\n',
    summary.requests / (summary.duration / 1e6), latency:percentile(50) / 1e3, latency:percentile(99) / 1e3,
    errors.status, errors.connect + errors.read + errors.write + errors.timeout))
end
