import { once } from "node:events";
import type { RequestListener, Server as HttpServer } from "node:http";
import { createServer, Server } from "node:net";
import type { Application } from "../../njs/wsgi/types.ts";
import { nodeListener } from "../adapter/node_listener.ts";
import { isUpgrade, upgradeResponse } from "../adapter/upgrade_response.ts";
import { type FastcgiConnection, serveFastcgi } from "../gateway/fastcgi.ts";
import { type Gateway, newGateway } from "../gateway/gateway.ts";
import { serveHttp } from "../gateway/http.ts";
import { createServer as createHttpServer } from "../gateway/node_http.ts";
import { type PacketProtocol, SCGI, servePacket, UWSGI } from "../gateway/packet.ts";
import { formatAddress, parseBind, clearSocketPath, type Protocol, protocolOf, withSocketMode } from "./bind.ts";

export type { Protocol };

export type ServeOptions = ServeCommon &
  (
    | { application: Application }
    /** See nodeListener. */
    | { listener: RequestListener | HttpServer }
  );

interface ServeCommon {
  /** `unix:/path` (its mode is 0660), `host:port`, or `fd:N` for a socket that is bound; `http:host:port` and the like. */
  bind: string;
  /** What `bind` does not say. Default `uwsgi`. */
  protocol?: Protocol;
  /** Whether a client on this machine is shown the error of a 500. Default false. */
  development?: boolean;
}

export interface PoolServer {
  /** As `bind`, with the port the system chose where 0 was asked for. */
  address: string;
  /** Accepts no more; resolves when every request has its answer. */
  close(): Promise<void>;
}

/**
 * Serves one application, or listener of node:http, from the calling process.
 * @returns when connections are accepted
 * @throws RangeError where `bind` names no address, Error where it can't be had
 */
export async function serve(options: ServeOptions): Promise<PoolServer> {
  const { bind, protocol = "uwsgi", development = false } = options;
  const application = "listener" in options ? nodeListener(options.listener) : options.application;
  return listen(newGateway({ application, development }), bind, protocol, DEFAULT_BACKLOG);
}

/** A program's servers may have another one by now: see listen_takeover.ts. */
const { listen: reallyListen } = Server.prototype;

/** Connections the kernel holds until they are accepted; it caps them at net.core.somaxconn. */
const DEFAULT_BACKLOG = 4096;

/** As `serve`, where several addresses share what answers. @param protocol what `bind` does not say */
export async function listen(gateway: Gateway, bind: string, protocol: Protocol, backlog: number): Promise<PoolServer> {
  const address = parseBind(bind);
  if ("path" in address) await clearSocketPath(address.path);
  const server = SERVERS[protocolOf(bind) ?? protocol](gateway);
  const listening = once(server, "listening");
  // Its own argument: with a descriptor Node ignores the option of that name, and the kernel held 512 connections.
  withSocketMode(0o660, () => void Reflect.apply(reallyListen, server, [address, backlog]));
  await listening;
  return {
    address: formatAddress(server.address() ?? bind),
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

const SERVERS: Record<Protocol, (gateway: Gateway) => Server> = {
  uwsgi: (gateway) => packetServer(gateway, UWSGI),
  scgi: (gateway) => packetServer(gateway, SCGI),
  fastcgi: fastcgiServer,
  http: httpServer,
};

function packetServer(gateway: Gateway, protocol: PacketProtocol): Server {
  // A client may end its side once it has sent its request, and still wants the answer.
  return createServer({ allowHalfOpen: true, noDelay: true }, (socket) => servePacket(socket, gateway, protocol));
}

/** How long a server that is closed waits for a last request on each connection nginx keeps. */
const LAST_REQUEST_MS = 500;

/**
 * Its close() closes kept connections: with the next answer, which says so, or when none is wanted for a while. To close an
 * idle one at once loses the request that nginx is sending by it.
 */
function fastcgiServer(gateway: Gateway): Server {
  const connections = new Set<FastcgiConnection>();
  const server = createServer({ noDelay: true }, (socket) => {
    const connection = serveFastcgi(socket, gateway, () => server.listening);
    connections.add(connection);
    socket.on("close", () => connections.delete(connection));
  });
  const { close } = server;
  server.close = (closed) => {
    Reflect.apply(close, server, [closed]);
    const closeIdle = () => connections.forEach((connection) => connection.closeIdle());
    if (connections.size > 0) setTimeout(closeIdle, LAST_REQUEST_MS);
    return server;
  };
  return server;
}

function httpServer(gateway: Gateway): Server {
  const options = { maxHeaderSize: gateway.maxHeader, shouldUpgradeCallback: isUpgrade };
  const server = createHttpServer(options, (request, response) => {
    response.once("close", () => server.listening || server.closeIdleConnections());
    serveHttp(request, response, gateway);
  });
  // Also where the application takes none: which one it is that a request is for, node:http can't wait to know.
  server.on("upgrade", (request, _socket, first) => serveHttp(request, upgradeResponse(request), gateway, first));
  return server;
}
