-- wrk -s load.lua URL -- BODY EXPECTED: post the one file, compare every answer with the other.
local threads = {}

local function content(path)
  local file = assert(io.open(path, "rb"))
  local text = file:read("*a")
  file:close()
  return text
end

function setup(thread)
  table.insert(threads, thread)
end

function init(args)
  wrk.method = "POST"
  wrk.headers["Content-Type"] = "application/json"
  wrk.body = content(args[1])
  expected = content(args[2])
  refused, wrong = 0, 0
end

function response(status, headers, body)
  if status ~= 200 then
    refused = refused + 1
  elseif body ~= expected then
    wrong = wrong + 1
  end
end

function done(summary, latency, requests)
  local refused, wrong = 0, 0
  for _, thread in ipairs(threads) do
    refused = refused + thread:get("refused")
    wrong = wrong + thread:get("wrong")
  end
  local errors = summary.errors
  local lost = errors.connect + errors.read + errors.write + errors.timeout
  print(string.format(
    'RESULT {"requests": %d, "us": %d, "p50": %d, "p99": %d, "refused": %d, "wrong": %d, "lost": %d}',
    summary.requests, summary.duration, latency:percentile(50), latency:percentile(99),
    refused, wrong, lost
  ))
end
