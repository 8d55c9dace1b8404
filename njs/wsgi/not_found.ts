import type { Body, Environ, StartResponse } from "./types.ts";

/** The application that answers where there is none. */
export function notFound(_environ: Environ, start_response: StartResponse): Body {
  start_response("404 Not Found", [["Content-Type", "text/plain"]]);
  return ["404 Not Found\n"];
}
