import type { RequestListener } from "node:http";
import type { Application } from "../../njs/wsgi/types.ts";
import { newGateway } from "../gateway/gateway.ts";
import { serveHttp } from "../gateway/http.ts";

/**
 * The application as a listener of any `node:http` or `node:https` server: `createServer(toNodeListener(application))`.
 * The environ is as `serve --protocol http` makes it; errors are logged to standard error. There is no limit to a body.
 */
export function toNodeListener(application: Application): RequestListener {
  const gateway = newGateway({ application });
  return (request, response) => serveHttp(request, response, gateway);
}
