import type { RequestListener, Server } from "node:http";
import type { Application } from "../../njs/wsgi/types.ts";
import { connectionOf } from "../gateway/connection.ts";
import { emitRequest } from "./emit_request.ts";
import { overHttp } from "./over_http.ts";
import { overCgi } from "./over_cgi.ts";
import { takeUpgrade } from "./upgrade.ts";

const made = new WeakSet<Application>();

/** Whether an application answers on its connection, and so keeps to none of the contract's rules. */
export function isNodeListener(application: Application): boolean {
  return made.has(application);
}

/**
 * A listener of node:http as an application of the pool: `(request, response) => …`, an Express, Connect or Koa app's. It
 * gets a request and response of node:http's own classes on the connection nginx made, which says the client's address.
 *
 * What it throws, or its promise rejects with, is a 500 and stands in the log, as with any application.
 * @param listener a function, or a server, which need not listen: its "request" and "upgrade" listeners get what comes,
 *   so that its WebSockets work
 */
export function nodeListener(listener: RequestListener | Server): Application {
  const server = typeof listener === "function" ? undefined : listener;
  const listen = typeof listener === "function" ? listener : emitRequest(listener);
  const application: Application = (environ) => {
    const connection = connectionOf(environ);
    const upgrade = server && takeUpgrade(server, connection, environ);
    if (upgrade) return upgrade.asBody();
    if (connection.protocol === "http") return overHttp(listen, connection, environ).asBody();
    return overCgi(listen, connection, environ).asBody();
  };
  made.add(application);
  return application;
}
