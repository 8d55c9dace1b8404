-- The paths in turn: wrk ... -- PATH...
local requests = {}
local last = 0

function init(paths)
   for i, path in ipairs(paths) do requests[i] = wrk.format(nil, path) end
end

function request()
   last = last % #requests + 1
   return requests[last]
end
