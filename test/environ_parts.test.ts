import { describe, expect, it } from "vitest";
import { request } from "./request.ts";
import { useSite } from "./use_site.ts";

/** Every key an edge environ has: an application that reads it alone sees what one that gets all of them sees. */
const KEYS =
  `REQUEST_METHOD PATH_INFO QUERY_STRING CONTENT_TYPE CONTENT_LENGTH REQUEST_SCHEME SERVER_PROTOCOL SERVER_ADDR
  SERVER_PORT SERVER_NAME REMOTE_ADDR REMOTE_PORT DOCUMENT_ROOT HTTP_HOST HTTP_X_OWN HTTP_COOKIE wsgi.version
  wsgi.url_scheme wsgi.input wsgi.input_terminated wsgi.errors wsgi.multithread wsgi.multiprocess wsgi.run_once
  uwsgi.version uwsgi.node njsgi.runtime site.name`.split(/\s+/);

/** Different for each application or request. */
const OWN = ["SCRIPT_NAME", "SCRIPT_FILENAME", "REQUEST_URI", "REQUEST_ID", "njsgi.module"];

const start = 'start_response("200 OK", [["Content-Type", "application/json"]]);';
const files: Record<string, string> = {
  "njs/apps/all.ts": `export function application(environ, start_response) { ${start} return [JSON.stringify(environ)]; }`,
};
const mounts: Record<string, unknown> = { "/all": { place: "edge", app: "all.ts", environ: { "site.name": "x" } } };
for (const key of [...KEYS, ...OWN]) {
  const app = `one/${key}.ts`;
  files[`njs/apps/${app}`] =
    `export function application(environ, start_response) { ${start} return [JSON.stringify(environ["${key}"])]; }`;
  mounts[`/one/${key}`] = { place: "edge", app, environ: { "site.name": "x" } };
}
files["njs/routes.ts"] = `export const mounts = ${JSON.stringify(mounts)};`;

const site = useSite({ files });

const ask = (path: string) =>
  request(site.socket, `${path}?q=1`, {
    method: "POST",
    body: "text",
    headers: { "X-Own": "1", Cookie: "a=b", "Content-Type": "text/x" },
  }).then(({ text }) => JSON.parse(text));

describe("an environ built in parts", () => {
  it("has no key this test does not know", async () => {
    const known = [...KEYS, ...OWN];
    for (const key of Object.keys(await ask("/all"))) expect(known).toContain(key);
  });

  it.each(KEYS)("%s alone is what it is among all", async (key) => {
    expect(await ask(`/one/${key}`)).toEqual((await ask("/all"))[key]);
  });

  it.each(OWN)("%s alone is there", async (key) => {
    expect(await ask(`/one/${key}`)).toEqual(expect.stringMatching(/./));
  });
});
