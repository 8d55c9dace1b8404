import { EventEmitter } from "node:events";
import type { RequestListener, Server, ServerResponse } from "node:http";
import { fail } from "./call_listener.ts";

/**
 * A server's "request" listeners, as many as it has at each request. By `emit`, which tracing packages watch; what it drops
 * is what they return, and where that is a promise which rejects, plain node:http would end.
 */
export function emitRequest(server: Server): RequestListener {
  captureRejections(server);
  return (request, response) => void server.emit("request", request, response);
}

/** Node's own way, which looks at what is returned amid `emit`: nodejs.org/api/events.html#capture-rejections-of-promises. */
function captureRejections(server: Server): void {
  const max = server.getMaxListeners();
  // The option is the constructor's: called on a server that is there, it keeps the listeners.
  Reflect.apply(EventEmitter, server, [{ captureRejections: true }]);
  server.setMaxListeners(max);
  Object.defineProperty(server, EventEmitter.captureRejectionSymbol, { value: rejected, configurable: true });
}

/** In place of http.Server's, which answers 500 and says nothing to the log. */
function rejected(error: unknown, event: string, ...args: unknown[]): void {
  if (event === "request") fail(args[1] as ServerResponse, error);
  else void Promise.reject(error); // as without us
}
