import { createEnviron } from "./environ.ts";
import { ALL } from "./environ_parts.ts";
import { explain } from "./explain.ts";
import { latin1 } from "./latin1.ts";
import { type EdgeRoute, routeOf } from "./route.ts";
import { isLoopback, tracebackPage } from "./wsgi/traceback_page.ts";

/** Answers 500. The whole error goes to nginx's log, and none of it to the client, but as `start --development` says. */
export function fail(r: NginxHTTPRequest, thrown: unknown): void {
  const { request, request_id } = r.variables;
  const error = explain(thrown);
  r.error(`${request_id} "${request}" ${error}`);
  // nginx.conf's js_var; a configuration that has none is no development
  if (r.variables.njsgi_development && isLoopback(r.remoteAddress)) {
    return sendTraceback(r, error, latin1(r, request!, "request"), request_id!);
  }
  r.headersOut["Content-Type"] = "text/plain";
  r.return(500, "500 Internal Server Error\n");
}

/** With the whole environ, anew: the application's has only what it reads, and whatever it did to that. */
function sendTraceback(r: NginxHTTPRequest, error: string, request: string, id: string): void {
  const route: EdgeRoute = Object.assign({}, routeOf(r) as EdgeRoute, { reads: ALL });
  const { headers, body } = tracebackPage({ error, request, id, environ: createEnviron(r, route) });
  for (let i = 0; i < headers.length; i++) r.headersOut[headers[i]![0]] = headers[i]![1];
  r.return(500, body);
}
