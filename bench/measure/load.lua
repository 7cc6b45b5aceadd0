-- Sends the bodies of a file, one a line, in turn. Each request gets a nonce of its own where a body asks for one.
local nonce_pattern = "Zq00000000"
local thread_count = 0

function setup(thread)
  thread:set("thread_index", thread_count)
  thread_count = thread_count + 1
end

function init(args)
  local bodies_path, nonce_start = args[1], tonumber(args[2])
  requests, body_index, nonce = {}, 0, nonce_start + thread_index * 10000000
  wrk.method = "POST"
  wrk.headers["content-type"] = "application/json"
  wrk.headers["accept"] = "application/json"
  for body in io.lines(bodies_path) do
    local parts, from = {}, 1
    local whole = wrk.format(nil, nil, nil, body)
    while true do
      local first, last = whole:find(nonce_pattern, from, true)
      if not first then break end
      parts[#parts + 1] = whole:sub(from, first + 1)
      from = last + 1
    end
    parts[#parts + 1] = whole:sub(from)
    requests[#requests + 1] = parts
  end
end

function request()
  body_index = body_index % #requests + 1
  local parts = requests[body_index]
  if #parts == 1 then return parts[1] end
  nonce = nonce + 1
  return table.concat(parts, string.format("%08d", nonce))
end

function done(summary, latency)
  local errors = summary.errors
  io.write(string.format(
    '\n{"requests":%d,"durationMs":%f,"bytes":%d,"p50Ms":%f,"p99Ms":%f,"maxMs":%f,"failedStatus":%d,"failedSocket":%d,"timedOut":%d}\n',
    summary.requests, summary.duration / 1000, summary.bytes,
    latency:percentile(50) / 1000, latency:percentile(99) / 1000, latency.max / 1000,
    errors.status, errors.connect + errors.read + errors.write, errors.timeout))
end
