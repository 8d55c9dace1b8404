import type { IncomingMessage as Request } from "node:http";
import type { Environ } from "../../njs/wsgi/types.ts";
import type { CgiConnection } from "../gateway/connection.ts";
import { IncomingMessage } from "../gateway/node_http.ts";
import { sayClientAddress } from "./client_address.ts";
import { rawHeaders } from "./raw_headers.ts";
import { setTarget } from "./target.ts";

/**
 * A request as node:http has it, of what nginx sent as CGI variables. Not a class of its own: Express gives a request another
 * prototype.
 * @param more headers
 */
export function cgiRequest(connection: CgiConnection, environ: Environ, more: string[] = []): Request {
  const { socket } = connection;
  sayClientAddress(socket, environ);
  const request = new IncomingMessage(socket);
  request.method = environ.REQUEST_METHOD;
  // nginx makes HTTP/1.1 of HTTP/2 and 3, and this is not what node:http2 has for a request
  request.httpVersionMajor = 1;
  request.httpVersionMinor = environ.SERVER_PROTOCOL === "HTTP/1.0" ? 0 : 1;
  request.httpVersion = `1.${request.httpVersionMinor}`;
  request.upgrade = false;
  const headers = rawHeaders(connection, environ);
  headers.push(...more);
  request._addHeaderLines(headers, headers.length);
  setTarget(request, environ);
  // node:http's own would fire at the end of the connection, which over uwsgi is the end of each answer
  Object.defineProperty(request, "signal", { value: environ["njsgi.signal"] });
  return request;
}
