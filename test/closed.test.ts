import { expect, it } from "vitest";
import { request } from "./request.ts";
import { useSite } from "./use_site.ts";

const hello = `export function application(environ, start_response) {
  start_response("200 OK", []);
  return ["hello"];
}`;

/** Routing that fails: the handler nginx.conf names is not there, so the variable is empty. */
const site = useSite({
  files: { "njs/apps/edge.ts": hello, "backend/apps/pool.ts": hello },
  conf: (conf) => conf.replace("js_set $njsgi_place njsgi.place;", "js_set $njsgi_place njsgi.missing;"),
});

it.each(["/edge", "/pool"])("%s is a 500 where routing fails: nothing reaches an application", async (path) => {
  expect(await request(site.socket, path)).toMatchObject({ status: 500, text: expect.not.stringContaining("hello") });
});
