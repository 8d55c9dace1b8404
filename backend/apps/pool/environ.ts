import type { Environ, StartResponse } from "njsgi";

/** Shows its environ as JSON, key by key in order. */
export function application(environ: Environ, start_response: StartResponse) {
  start_response("200 OK", [["Content-Type", "application/json"]]);
  return [JSON.stringify(environ, Object.keys(environ).sort(), 2) + "\n"];
}
