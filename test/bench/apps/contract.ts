import { type Application, type Environ, query, type StartResponse } from "njsgi";
import { burn } from "./burn.ts";
import { download, HELLO, item, itemId, page } from "./payload.ts";

/** All of the benchmark's paths, at the edge and in the pool. */
export const application: Application = (environ, start_response) => {
  switch (environ.PATH_INFO) {
    case "/hello":
      start_response("200 OK", [["Content-Type", "text/plain"]]);
      return [HELLO];
    case "/page":
      start_response("200 OK", [["Content-Type", "text/html; charset=utf-8"]]);
      return [page()];
    case "/download":
      start_response("200 OK", [["Content-Type", "application/octet-stream"]]);
      return [download()];
    case "/upload":
      return upload(environ, start_response);
    case "/burn":
      burn();
      start_response("200 OK", [["Content-Type", "text/plain"]]);
      return ["burnt\n"];
  }
  const id = itemId(environ.PATH_INFO);
  if (id === undefined) {
    start_response("404 Not Found", [["Content-Type", "text/plain"]]);
    return ["not found\n"];
  }
  const { quantity, currency } = query(environ);
  const { status, value } = item(id, quantity, currency);
  start_response(status === 200 ? "200 OK" : "400 Bad Request", [["Content-Type", "application/json"]]);
  return [JSON.stringify(value)];
};

async function upload(environ: Environ, start_response: StartResponse): Promise<string[]> {
  const body = await environ["wsgi.input"].read();
  start_response("200 OK", [["Content-Type", "text/plain"]]);
  return [`${body.length}\n`];
}
