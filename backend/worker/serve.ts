import { once } from "node:events";
import { createServer as createHttpServer } from "node:http";
import { createServer, type Server } from "node:net";
import type { Application } from "../../njs/wsgi/types.ts";
import { serveHttp } from "../gateway/http.ts";
import { serveUwsgi } from "../gateway/uwsgi.ts";
import { formatAddress, parseBind, clearSocketPath, withSocketMode } from "./bind.ts";

export type Protocol = "uwsgi" | "http";

export interface ServeOptions {
  application: Application;
  /** `unix:/path` (its mode is 0660), `host:port`, or `fd:N` for a socket that is bound. */
  bind: string;
  /** Default `uwsgi`. */
  protocol?: Protocol;
}

export interface PoolServer {
  /** As `bind`, with the port the system chose where 0 was asked for. */
  address: string;
  /** Accepts no more; resolves when every request has its answer. */
  close(): Promise<void>;
}

/** Connections the kernel holds until they are accepted; it caps them at net.core.somaxconn. */
const BACKLOG = 4096;

/**
 * Serves one application from the calling process.
 * @returns when connections are accepted
 * @throws RangeError where `bind` names no address, Error where it can't be had
 */
export async function serve({ application, bind, protocol = "uwsgi" }: ServeOptions): Promise<PoolServer> {
  const address = parseBind(bind);
  if ("path" in address) await clearSocketPath(address.path);
  const server = protocol === "http" ? httpServer(application) : uwsgiServer(application);
  const listening = once(server, "listening");
  withSocketMode(() => server.listen({ ...address, backlog: BACKLOG }));
  await listening;
  return {
    address: formatAddress(server.address() ?? bind),
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

function uwsgiServer(application: Application): Server {
  // A client may end its side once it has sent its request, and still wants the answer.
  return createServer({ allowHalfOpen: true, noDelay: true }, (socket) => serveUwsgi(socket, application));
}

function httpServer(application: Application): Server {
  const server = createHttpServer((request, response) => {
    response.once("close", () => server.listening || server.closeIdleConnections());
    serveHttp(request, response, application);
  });
  return server;
}
