import type { Server as HttpServer } from "node:http";
import { Server as NodeHttpServer } from "../gateway/node_http.ts";
import { type AddressInfo, isIPv6, Server } from "node:net";

const https = process.getBuiltinModule("node:https"); // as node_http.ts

/** The HTTP servers that a program tells to listen. They do not, for now. */
export interface Held {
  /** Resolves with the first one; when none comes, never. */
  first: Promise<HttpServer>;
  /** Lets them listen after all, and those to come. */
  release(): void;
  /** Has them believe that they listen, those to come too. @param address for their `address()`, as `--bind` has it */
  take(address: string): void;
}

/** Holds every `listen()` of an HTTP server from now on. */
export function holdListens(): Held {
  const { listen } = Server.prototype;
  const calls: [server: HttpServer, args: unknown[]][] = [];
  let onListen = (server: HttpServer, args: unknown[]): void => void calls.push([server, args]);
  let found: (server: HttpServer) => void;
  const first = new Promise<HttpServer>((resolve) => (found = resolve));

  Server.prototype.listen = function holdOrListen(this: Server, ...args: unknown[]): Server {
    if (!isHttp(this)) return Reflect.apply(listen, this, args) as Server;
    onListen(this, args);
    found(this);
    return this;
  } as typeof listen;

  return {
    first,
    release() {
      Server.prototype.listen = listen;
      for (const [server, args] of calls.splice(0)) Reflect.apply(listen, server, args);
    },
    take(address) {
      isTaken = true;
      onListen = (server, args) => pretend(server, args, address);
      for (const [server, args] of calls.splice(0)) onListen(server, args);
    },
  };
}

/** TLS is nginx's: a server of node:https has the same events. */
function isHttp(server: Server): server is HttpServer {
  return server instanceof NodeHttpServer || server instanceof https.Server;
}

function pretend(server: HttpServer, args: unknown[], address: string): void {
  const callback = args.findLast((arg) => typeof arg === "function");
  if (callback) server.once("listening", callback as () => void);
  Object.defineProperty(server, "listening", { value: true, configurable: true, writable: true });
  server.address = () => addressInfo(address);
  server.close = (closed) => {
    onceDrained(() => {
      Object.assign(server, { listening: false });
      closed?.();
      server.emit("close");
    });
    return server;
  };
  process.nextTick(() => server.emit("listening"));
}

function addressInfo(address: string): AddressInfo | string {
  const [, path, host, port] = /^(?:unix:(.*)|\[?(.*?)\]?:(\d+))$/.exec(address)!;
  if (path !== undefined) return path;
  return { address: host!, family: isIPv6(host!) ? "IPv6" : "IPv4", port: Number(port) };
}

const drained: (() => void)[] = [];
let isDrained = false;

/** When a program closes its server it wants its requests answered: it is told once the worker's are. */
function onceDrained(closed: () => void): void {
  if (isDrained) process.nextTick(closed);
  else drained.push(closed);
}

let isTaken = false;

/** Whether this worker runs a program, whose servers believe that they listen. */
export function runsProgram(): boolean {
  return isTaken;
}

/** The worker's requests are answered. @returns whether a program has waited for that */
export function tellDrained(): boolean {
  isDrained = true;
  const waiting = drained.splice(0);
  for (const closed of waiting) closed();
  return waiting.length > 0;
}
