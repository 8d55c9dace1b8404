-- The environ of njs/environ.ts, key by key of the same variables, in OpenResty's Lua.
local withheld = {
    ["content-length"] = true, ["content-type"] = true, proxy = true, connection = true, ["keep-alive"] = true,
    ["proxy-authenticate"] = true, ["proxy-authorization"] = true, ["proxy-connection"] = true, te = true,
    trailer = true, ["transfer-encoding"] = true, upgrade = true, expect = true,
}

local function none() return "" end
local function error_line(_, text) ngx.log(ngx.ERR, text) end

local _M = {}

function _M.create()
    local var = ngx.var
    local environ = {
        REQUEST_METHOD = ngx.req.get_method(),
        SCRIPT_NAME = "",
        PATH_INFO = var.uri,
        QUERY_STRING = var.args or "",
        CONTENT_TYPE = var.content_type or "",
        CONTENT_LENGTH = var.content_length or "",
        REQUEST_URI = var.request_uri,
        SERVER_PROTOCOL = var.server_protocol,
        REQUEST_SCHEME = var.scheme,
        SERVER_ADDR = var.server_addr,
        SERVER_PORT = var.server_port,
        SERVER_NAME = var.server_name,
        REMOTE_ADDR = var.remote_addr,
        REMOTE_PORT = var.remote_port,
        REQUEST_ID = var.request_id,
        DOCUMENT_ROOT = "njs/apps",
        SCRIPT_FILENAME = "njs/apps/hello.ts",
        ["wsgi.url_scheme"] = var.scheme,
        ["wsgi.input"] = { read = none, readline = none, readlines = none, chunks = none },
        ["wsgi.input_terminated"] = true,
        ["wsgi.version"] = { 1, 0 },
        ["wsgi.errors"] = { write = error_line, writelines = error_line, flush = none },
        ["wsgi.multithread"] = false,
        ["wsgi.multiprocess"] = true,
        ["wsgi.run_once"] = false,
        ["wsgi.file_wrapper"] = none,
        ["uwsgi.version"] = "0.1.0",
        ["uwsgi.node"] = var.hostname,
        ["njsgi.runtime"] = "edge",
        ["njsgi.module"] = "uwsgi_file_hello",
    }
    if environ.REQUEST_SCHEME == "https" then environ.HTTPS = "on" end
    for name, value in pairs(ngx.req.get_headers()) do
        if not withheld[name] then
            if type(value) == "table" then value = table.concat(value, name == "cookie" and "; " or ", ") end
            environ["HTTP_" .. name:upper():gsub("-", "_")] = value
        end
    end
    return environ
end

return _M
