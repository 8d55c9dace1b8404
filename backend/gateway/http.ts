import type { IncomingMessage, ServerResponse } from "node:http";
import { createInput } from "../../njs/wsgi/input.ts";
import { completeServer } from "../../njs/wsgi/server_name.ts";
import type { Environ } from "../../njs/wsgi/types.ts";
import { type ConnectedEnviron, CONNECTION } from "./connection.ts";
import { addNamedHeader, newEnviron, newRequestId, setHttps } from "./environ.ts";
import { admit, type Gateway } from "./gateway.ts";
import { STATUS_CODES } from "./node_http.ts";
import { readTarget, type Target } from "./http_path.ts";
import { refusal } from "./http_refusal.ts";
import { respond } from "./respond.ts";
import { responseSink } from "./response_sink.ts";

/**
 * The same gateway without nginx: node:http reads the request and writes the response.
 * @param first what came behind a request for another protocol
 */
export function serveHttp(request: IncomingMessage, response: ServerResponse, gateway: Gateway, first?: Buffer): void {
  const target = readTarget(request.url!);
  if (!target) return refuse(response, 400);
  const refused = refusal(request);
  if (refused) return refuse(response, refused);
  if (target.host !== undefined) setHost(request, target.host);
  const environ = httpEnviron(request, target);
  const client = new AbortController();
  response.once("close", () => response.writableFinished || client.abort());
  response.on("error", () => {}); // the client's going: "close" follows
  environ[CONNECTION] = () => ({ protocol: "http", request, response, first });
  const sink = responseSink(response, environ.REQUEST_ID);
  admit(gateway, () => void respond(gateway, environ, sink, client));
}

/** Ends the connection too: what follows such a request may be another one to whoever passed it on. */
function refuse(response: ServerResponse, status: number): void {
  const text = `${status} ${STATUS_CODES[status]}\n`;
  response.writeHead(status, { "Content-Type": "text/plain", "Content-Length": text.length, Connection: "close" });
  response.end(text);
}

/** In the request itself, of which a listener gets the path alone as its `url`, as from nginx. */
function setHost({ headers, rawHeaders }: IncomingMessage, host: string): void {
  headers.host = host;
  const at = rawHeaders.findIndex((name, i) => i % 2 === 0 && name.toLowerCase() === "host");
  if (at === -1) rawHeaders.push("Host", host);
  else rawHeaders[at + 1] = host;
}

/** The keys nginx.conf's `uwsgi_param`s give, from what node:http knows. */
function httpEnviron(request: IncomingMessage, target: Target): ConnectedEnviron {
  const { socket, headers, rawHeaders } = request;
  const environ = newEnviron();
  environ.REQUEST_METHOD = request.method!;
  environ.PATH_INFO = target.path;
  environ.QUERY_STRING = target.query;
  environ.CONTENT_TYPE = headers["content-type"] ?? "";
  environ.CONTENT_LENGTH = headers["content-length"] ?? "";
  environ.REQUEST_URI = target.uri;
  environ.REQUEST_ID = newRequestId();
  environ.SERVER_PROTOCOL = `HTTP/${request.httpVersion}`;
  environ.SERVER_ADDR = socket.localAddress ?? "unix:";
  environ.SERVER_PORT = String(socket.localPort ?? "");
  environ.REMOTE_ADDR = socket.remoteAddress ?? "unix:"; // nginx's word for one without an address
  environ.REMOTE_PORT = String(socket.remotePort ?? "");
  for (let i = 0; i < rawHeaders.length; i += 2) addNamedHeader(environ, rawHeaders[i]!, rawHeaders[i + 1]!);
  if ("encrypted" in socket) setHttps(environ); // by `toNodeListener` in a server of node:https
  completeServer(environ);
  // A chunked body has no length and ends when node:http says so, which knows one that was cut short.
  const length = headers["transfer-encoding"] ? Infinity : Number(environ.CONTENT_LENGTH);
  if (length > 0) environ["wsgi.input"] = inputOf(request, length);
  return environ;
}

function inputOf(request: IncomingMessage, length: number): Environ["wsgi.input"] {
  const chunks = request[Symbol.asyncIterator]();
  return createInput(length, async () => {
    const { done, value } = await chunks.next();
    return done ? null : value;
  });
}
