import { BODY, CLIENT, GATEWAY, HEADERS, LOG, METHOD, PATH, QUERY, SERVER, TARGET } from "./environ_parts.ts";
import { latin1 } from "./latin1.ts";
import { type EdgeRoute, requestPath } from "./route.ts";
import { errorStream } from "./wsgi/error_stream.ts";
import { fileWrapper } from "./wsgi/file_wrapper.ts";
import { headerKey, joinValues } from "./wsgi/header_key.ts";
import { createInput, emptyInput } from "./wsgi/input.ts";
import { hostName, schemePort } from "./wsgi/server_name.ts";
import type { Environ } from "./wsgi/types.ts";
import { VERSION } from "./wsgi/version.ts";

type Variables = NginxHTTPRequest["variables"];

/**
 * The environ of a request answered inside nginx. Its CGI keys are those of nginx.conf's `uwsgi_param`s, from the same
 * variables, so that an application sees the same in both places.
 *
 * In parts, and only those the application reads: all of them cost njs 0.7.9 as much as all the rest of a request.
 */
export function createEnviron(r: NginxHTTPRequest, route: EdgeRoute): Environ {
  const environ = {} as Environ;
  const { reads } = route;
  if (reads & METHOD) environ.REQUEST_METHOD = r.method;
  if (reads === METHOD) return environ; // what a WsgiAServer reads by itself
  const { variables } = r; // once: QuickJS makes it anew each time
  if (reads & PATH) addPath(environ, r, route);
  if (reads & QUERY) addQuery(environ, r, variables);
  if (reads & TARGET) addTarget(environ, r, variables);
  if (reads & BODY) addBody(environ, r, variables);
  if (reads & HEADERS) addHeaders(environ, r, variables);
  if (reads & SERVER) addServer(environ, r, variables);
  if (reads & CLIENT) addClient(environ, r, variables);
  if (reads & LOG) addLog(environ, r, variables);
  if (reads & GATEWAY) addGateway(environ, variables, route);
  return environ;
}

function addPath(environ: Environ, r: NginxHTTPRequest, { scriptName }: EdgeRoute): void {
  environ.SCRIPT_NAME = scriptName;
  environ.PATH_INFO = requestPath(r).slice(scriptName.length);
}

function addQuery(environ: Environ, r: NginxHTTPRequest, variables: Variables): void {
  const { args } = variables;
  environ.QUERY_STRING = args ? latin1(r, args, "args") : "";
}

function addTarget(environ: Environ, r: NginxHTTPRequest, variables: Variables): void {
  const { request_uri, server_protocol } = variables;
  environ.REQUEST_URI = latin1(r, request_uri!, "request_uri");
  environ.SERVER_PROTOCOL = server_protocol!;
}

function addBody(environ: Environ, r: NginxHTTPRequest, variables: Variables): void {
  const { content_type, content_length } = variables;
  environ.CONTENT_TYPE = content_type ? latin1(r, content_type, "content_type") : "";
  environ.CONTENT_LENGTH = content_length || "";
  environ["wsgi.input"] = content_length
    ? createInput(+content_length, () => requestBody(r, content_length))
    : emptyInput();
  environ["wsgi.input_terminated"] = true;
}

/** The body nginx has taken in, null where it has none. Rejects where it lies in a file, which njs before 1.0 does not read. */
async function requestBody(r: NginxHTTPRequest, length: string): Promise<Uint8Array | null> {
  try {
    return r.requestBuffer || null;
  } catch {
    throw new Error(
      `the request body has ${length} bytes, which nginx keeps in a file and njs ${njs.version} can't read: raise client_body_buffer_size, or move the application to the pool`,
    );
  }
}

/** From `rawHeadersIn`: `headersIn` joins repeated headers wrongly. The Host is nginx.conf's: a target may name another. */
function addHeaders(environ: Environ, r: NginxHTTPRequest, variables: Variables): void {
  const { njsgi_host } = variables;
  if (njsgi_host) environ.HTTP_HOST = latin1(r, njsgi_host, "njsgi_host");
  const headers = r.rawHeadersIn as unknown as [string, string][];
  for (let i = 0; i < headers.length; i++) {
    const header = headers[i]!;
    const key = headerKey(header[0]);
    if (key === undefined || key === "HTTP_HOST") continue;
    const value = latin1(r, header[1], key);
    // Joined, it is looked at again: what njs 0.8 and later read from the variable is all values of the name already.
    environ[key] = key in environ ? latin1(r, joinValues(key, environ[key] as string, value), key) : value;
  }
}

function addServer(environ: Environ, r: NginxHTTPRequest, variables: Variables): void {
  const { scheme, server_addr, server_port, server_name } = variables;
  environ.REQUEST_SCHEME = scheme!;
  environ["wsgi.url_scheme"] = scheme!;
  if (scheme === "https") environ.HTTPS = "on";
  environ.SERVER_ADDR = server_addr!;
  environ.SERVER_PORT = server_port || schemePort(scheme!);
  environ.SERVER_NAME = server_name || hostName(latin1(r, variables.njsgi_host || "", "njsgi_host"));
}

function addClient(environ: Environ, r: NginxHTTPRequest, variables: Variables): void {
  environ.REMOTE_ADDR = r.remoteAddress;
  environ.REMOTE_PORT = variables.remote_port!;
}

function addLog(environ: Environ, r: NginxHTTPRequest, variables: Variables): void {
  const { request_id } = variables;
  environ.REQUEST_ID = request_id!;
  environ["wsgi.errors"] = errorStream((line) => r.error(`${request_id} ${line}`));
}

function addGateway(environ: Environ, variables: Variables, route: EdgeRoute): void {
  environ.DOCUMENT_ROOT = "njs/apps";
  environ.SCRIPT_FILENAME = "njs/apps/" + route.app;
  environ["wsgi.version"] = [1, 0];
  environ["wsgi.multithread"] = false;
  environ["wsgi.multiprocess"] = true;
  environ["wsgi.run_once"] = false;
  environ["wsgi.file_wrapper"] = fileWrapper;
  environ["uwsgi.version"] = VERSION;
  environ["uwsgi.node"] = variables.hostname!;
  environ["njsgi.runtime"] = "edge";
  environ["njsgi.module"] = route.module;
  for (const key in route.environ) environ[key] = route.environ[key];
}
