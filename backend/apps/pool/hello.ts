import type { Environ, StartResponse } from "njsgi";

export function* application(_environ: Environ, start_response: StartResponse) {
  start_response("200 OK", [["Content-Type", "text/plain"]]);
  yield "Hello world!\n";
}
