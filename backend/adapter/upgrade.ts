import type { IncomingMessage, Server } from "node:http";
import type { Environ } from "../../njs/wsgi/types.ts";
import { withheldHeader } from "../gateway/cgi_environ.ts";
import type { CgiConnection, Connection, HttpConnection } from "../gateway/connection.ts";
import { responseSink } from "../gateway/response_sink.ts";
import type { Sink } from "../gateway/sink.ts";
import { Takeover } from "../gateway/takeover.ts";
import { cgiRequest } from "./cgi_request.ts";
import { setTarget } from "./target.ts";

/**
 * Hands a request that asks for another protocol to a server's "upgrade" listeners, with the connection: theirs until it
 * closes. nginx passes on what follows a 101, for as long as uwsgi_read_timeout, or its like, sees something pass.
 * @returns undefined where it is a request like others, as with node:http: nobody listens, or it does not ask
 */
export function takeUpgrade(server: Server, connection: Connection, environ: Environ): Takeover | undefined {
  if (server.listenerCount("upgrade") === 0) return undefined;
  return connection.protocol === "http" ? takeHttp(server, connection, environ) : takeCgi(server, connection, environ);
}

function takeCgi(server: Server, connection: CgiConnection, environ: Environ): Takeover | undefined {
  const { vars, first, sink } = connection;
  const protocol = withheldHeader(vars, "HTTP_UPGRADE");
  const asks = /\bupgrade\b/i.test(withheldHeader(vars, "HTTP_CONNECTION") ?? "");
  const hasBody = Number(environ.CONTENT_LENGTH) > 0;
  if (!first) return undefined; // nginx has no upgrade over FastCGI
  if (protocol === undefined || !asks || hasBody) return undefined;
  const request = cgiRequest(connection, environ, ["Connection", "Upgrade", "Upgrade", protocol]);
  request.complete = true;
  return handOver(server, request, first, sink);
}

function takeHttp(
  server: Server,
  { request, response, first }: HttpConnection,
  environ: Environ,
): Takeover | undefined {
  if (!first) return undefined; // node:http knows what asks
  const { socket } = request;
  setTarget(request, environ);
  response.detachSocket(socket);
  try {
    return handOver(server, request, first, responseSink(response));
  } catch (error) {
    // The listener's own response, as packages have one for a refusal: ours says the 500.
    socket._httpMessage?.detachSocket(socket);
    response.assignSocket(socket);
    throw error;
  }
}

function handOver(server: Server, request: IncomingMessage, first: Buffer, sink: Sink): Takeover {
  const { socket } = request;
  request.upgrade = true;
  const answered = new Promise<number>((resolve) => {
    socket.once("close", () => resolve(0));
  });
  socket.readableFlowing = null; // what comes waits for its reader
  server.emit("upgrade", request, socket, first);
  return new Takeover({ headersSent: true, statusCode: 101 }, sink, answered);
}
