-- For wrk: many different requests in turn. Arguments: a file with one path (or one body) a line, then method, path,
-- content type, Accept, beginning and end of a body. Every line has a caller of its own, in a network of its own: whoever
-- comes with a whole network behind him has to wait for others, and then that would be measured.
local requests, turn = {}, 0

local function caller(number)
  return "10." .. number % 256 .. "." .. math.floor(number / 256) % 256 .. ".1"
end

function init(args)
  local method, path, kind, accept, first, last = args[2], args[3], args[4], args[5], args[6] or "", args[7] or ""
  first, last = first:gsub("\\r\\n", "\r\n"), last:gsub("\\r\\n", "\r\n")
  for line in io.lines(args[1]) do
    local number = #requests
    local headers = { ["X-Forwarded-For"] = caller(number), ["Accept-Encoding"] = os.getenv("DRIVE_ENCODING") }
    if accept ~= "" then headers["Accept"] = accept end
    if method == "GET" then
      requests[number + 1] = wrk.format("GET", line, headers)
    else
      headers["Content-Type"] = kind
      requests[number + 1] = wrk.format(method, path, headers, first .. line .. last)
    end
  end
end

function request()
  turn = turn + 1
  return requests[(turn - 1) % #requests + 1]
end

function done(summary, latency, _)
  local errors = summary.errors
  io.write(string.format(
    'told {"requests": %d, "seconds": %f, "p50": %f, "p99": %f, "refused": %d, "broken": %d}\n',
    summary.requests, summary.duration / 1e6, latency:percentile(50) / 1e3, latency:percentile(99) / 1e3,
    errors.status, errors.connect + errors.read + errors.write + errors.timeout
  ))
end
