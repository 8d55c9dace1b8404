import type { Server } from "node:http";
import type { Environ } from "../../njs/wsgi/types.ts";
import { withheldHeader } from "../gateway/cgi_environ.ts";
import type { CgiConnection } from "../gateway/connection.ts";
import { Takeover } from "../gateway/takeover.ts";
import { cgiRequest } from "./cgi_request.ts";

/**
 * Hands a request that asks for another protocol to a server's "upgrade" listeners, with the connection: theirs until it
 * closes. nginx passes on what follows a 101, for as long as uwsgi_read_timeout sees something pass.
 * @returns undefined where it is a request like others, as with node:http: nobody listens, or it does not ask
 */
export function takeUpgrade(server: Server, connection: CgiConnection, environ: Environ): Takeover | undefined {
  const { socket, vars, first, sink } = connection;
  const protocol = withheldHeader(vars, "HTTP_UPGRADE");
  const asks = /\bupgrade\b/i.test(withheldHeader(vars, "HTTP_CONNECTION") ?? "");
  const hasBody = Number(environ.CONTENT_LENGTH) > 0;
  if (!first) return undefined; // nginx has no upgrade over FastCGI
  if (protocol === undefined || !asks || hasBody || server.listenerCount("upgrade") === 0) return undefined;
  const request = cgiRequest(connection, environ, ["Connection", "Upgrade", "Upgrade", protocol]);
  request.upgrade = true;
  request.complete = true;
  const answered = new Promise<number>((resolve) => {
    socket.once("close", () => resolve(0));
  });
  socket.readableFlowing = null; // what comes waits for its reader
  server.emit("upgrade", request, socket, first);
  return new Takeover({ headersSent: true, statusCode: 101 }, sink, answered);
}
