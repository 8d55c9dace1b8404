import { latin1 } from "./latin1.ts";
import { errorStream } from "./wsgi/error_stream.ts";
import { fileWrapper } from "./wsgi/file_wrapper.ts";
import { headerKey, joinValues } from "./wsgi/header_key.ts";
import { createInput } from "./wsgi/input.ts";
import { completeServer } from "./wsgi/server_name.ts";
import { VERSION } from "./wsgi/version.ts";
import type { EdgeRoute } from "./route.ts";
import type { Environ } from "./wsgi/types.ts";

/**
 * The environ of a request answered inside nginx. Its CGI keys are those of nginx.conf's `uwsgi_param`s, from the same
 * variables, so that an application sees the same in both places.
 */
export function createEnviron(r: NginxHTTPRequest, path: string, route: EdgeRoute): Environ {
  const variables = r.variables;
  const scheme = variables.scheme!;
  const length = variables.content_length;
  const id = variables.request_id!;
  const environ: Environ = {
    REQUEST_METHOD: r.method,
    SCRIPT_NAME: route.scriptName,
    PATH_INFO: path.slice(route.scriptName.length),
    QUERY_STRING: variables.args ? latin1(r, variables.args, "args") : "",
    CONTENT_TYPE: variables.content_type ? latin1(r, variables.content_type, "content_type") : "",
    CONTENT_LENGTH: length || "",
    REQUEST_URI: latin1(r, variables.request_uri!, "request_uri"),
    REQUEST_SCHEME: scheme,
    REQUEST_ID: id,
    DOCUMENT_ROOT: "njs/apps",
    SCRIPT_FILENAME: "njs/apps/" + route.app,
    SERVER_PROTOCOL: variables.server_protocol!,
    SERVER_ADDR: variables.server_addr!,
    SERVER_PORT: variables.server_port!,
    SERVER_NAME: variables.server_name!,
    REMOTE_ADDR: r.remoteAddress,
    REMOTE_PORT: variables.remote_port!,
    "wsgi.version": [1, 0],
    "wsgi.url_scheme": scheme,
    "wsgi.input": createInput(length ? +length : 0, () => Promise.resolve(r.requestBuffer || null)),
    "wsgi.input_terminated": true,
    "wsgi.errors": errorStream((line) => r.error(`${id} ${line}`)),
    "wsgi.multithread": false,
    "wsgi.multiprocess": true,
    "wsgi.run_once": false,
    "wsgi.file_wrapper": fileWrapper,
    "uwsgi.version": VERSION,
    "uwsgi.node": variables.hostname!,
    "njsgi.runtime": "edge",
    "njsgi.module": route.module,
  };
  if (scheme === "https") environ.HTTPS = "on";
  addHeaders(r, environ);
  completeServer(environ);
  const configuration = route.environ;
  for (const key in configuration) environ[key] = configuration[key];
  return environ;
}

/** From `rawHeadersIn`: `headersIn` joins repeated headers wrongly. */
function addHeaders(r: NginxHTTPRequest, environ: Environ): void {
  const headers = r.rawHeadersIn as unknown as [string, string][];
  for (let i = 0; i < headers.length; i++) {
    const header = headers[i]!;
    const key = headerKey(header[0]);
    if (key === undefined) continue;
    const value = latin1(r, header[1], key);
    const first = environ[key] as string | undefined;
    environ[key] = first === undefined ? value : joinValues(key, first, value);
  }
}
