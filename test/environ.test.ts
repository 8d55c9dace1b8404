import { describe, expect, it } from "vitest";
import { type RequestOptions, request } from "./request.ts";
import { useSite } from "./use_site.ts";

const site = useSite();

type Shown = Record<string, unknown>;

/** What may differ between the places, by CONTRACT.md E11, and what must, since the paths do. */
const DIFFERENT = new Set(
  `njsgi.runtime njsgi.module njsgi.signal uwsgi.node wsgi.input wsgi.errors wsgi.file_wrapper wsgi.multithread
   wsgi.multiprocess REMOTE_PORT REQUEST_ID DOCUMENT_ROOT SCRIPT_FILENAME SCRIPT_NAME REQUEST_URI`.split(/\s+/),
);

async function environs(rest: string, options?: RequestOptions): Promise<[edge: Shown, pool: Shown]> {
  const answers = await Promise.all(["", "/pool"].map((at) => request(site.socket, `${at}/environ${rest}`, options)));
  for (const { status, text } of answers) expect(status, text).toBe(200);
  return answers.map(({ text }) => JSON.parse(text)) as [Shown, Shown];
}

function same(environ: Shown): Shown {
  return Object.fromEntries(Object.entries(environ).filter(([key]) => !DIFFERENT.has(key)));
}

describe("E11 the same request gives the same environ in both places", () => {
  it.each<[what: string, rest: string, options?: RequestOptions]>([
    ["a plain one", ""],
    ["PATH_INFO", "/a/b"],
    ["a query", "?a=1&b=%20x&c"],
    ["an empty query", "?"],
    ["a decoded path", "/%C3%A9/x%20y/%2F/z"],
    ["a path that is no UTF-8", "/%FF%FE"],
    ["raw UTF-8 in the target", "/\u00c3\u00a9?q=\u00c3\u00a9"],
    ["dots and slashes", "/a/./b//c/../d"],
    ["a cookie", "", { headers: { Cookie: "a=1" } }],
    ["two cookie headers", "", { headers: { Cookie: ["a=1", "b=2"] } }],
    ["a header twice", "", { headers: { "X-Twice": ["one", "two"] } }],
    ["a header that is no ASCII", "", { headers: { "X-Name": "\u00c3\u00a9\u00ff" } }],
    ["a header twice, first no ASCII", "", { headers: { "X-Twice": ["\u00e9", "two"] } }],
    ["a header twice, last no ASCII", "", { headers: { "X-Twice": ["one", "\u00c3\u00a9"] } }],
    ["a header three times, none ASCII", "", { headers: { "X-Twice": ["\u00e9", "\u00c3\u00a9", "\u00ff"] } }],
    ["two cookie headers that are no ASCII", "", { headers: { Cookie: ["a=\u00e9", "b=\u00ff"] } }],
    ["an empty header", "", { headers: { "X-Empty": "" } }],
    ["a header in lower case", "", { headers: { "user-agent": "test", "x-lower-case": "1" } }],
    ["a Host with a port", "", { headers: { Host: "example.com:8443" } }],
    ["a Host that is an IPv6 address", "", { headers: { Host: "[::1]:80" } }],
    ["headers no application sees", "", { headers: { Proxy: "x", TE: "trailers", "Keep-Alive": "5", Upgrade: "h2c" } }],
    ["headers a client would set the inside by", "", { headers: { "X-Forwarded-Proto": "https", "UWSGI-File": "x" } }],
    ["a header with an underscore", "", { headers: { X_Real_IP: "1.2.3.4" } }],
    ["a body with its length", "", { method: "POST", body: "hello", headers: { "Content-Type": "text/x" } }],
    ["a chunked body", "", { method: "POST", body: "hello", headers: { "Transfer-Encoding": "chunked" } }],
    ["an empty body", "", { method: "POST", headers: { "Content-Length": "0" } }],
    ["another method", "", { method: "PROPFIND" }],
  ])("%s", async (_what, rest, options) => {
    const [edge, pool] = await environs(rest, options);
    expect(same(edge)).toEqual(same(pool));
    // In the pool alone: nginx does not tell njs that a client has gone.
    expect(Object.keys({ ...edge, "njsgi.signal": {} }).toSorted()).toEqual(Object.keys(pool).toSorted());
  });
});

describe("in both places", () => {
  it("E1 the required keys are there, the server's never empty", async () => {
    for (const environ of await environs("/x?q", { headers: { Host: "example.com:81" } })) {
      expect(environ).toMatchObject({
        REQUEST_METHOD: "GET",
        PATH_INFO: "/x",
        QUERY_STRING: "q",
        SERVER_PROTOCOL: "HTTP/1.1",
      });
      expect(environ).toMatchObject({ SERVER_NAME: "example.com", SERVER_PORT: "80" });
    }
  });

  it("E2 CONTENT_TYPE and CONTENT_LENGTH are empty without a body, and never HTTP_ keys", async () => {
    for (const environ of await environs("")) expect(environ).toMatchObject({ CONTENT_TYPE: "", CONTENT_LENGTH: "" });
    const body = { method: "POST", body: "hello", headers: { "Content-Type": "text/x" } };
    for (const environ of await environs("", body)) {
      expect(environ).toMatchObject({ CONTENT_TYPE: "text/x", CONTENT_LENGTH: "5" });
      expect(environ).not.toHaveProperty("HTTP_CONTENT_TYPE");
      expect(environ).not.toHaveProperty("HTTP_CONTENT_LENGTH");
    }
  });

  it("E3 repeated headers are joined, the connection's and Proxy are dropped", async () => {
    const headers = { Cookie: ["a=1", "b=2"], "X-Twice": ["one", "two"], Proxy: "http://evil", TE: "trailers" };
    for (const environ of await environs("", { headers })) {
      expect(environ).toMatchObject({ HTTP_COOKIE: "a=1; b=2", HTTP_X_TWICE: "one, two" });
      for (const key of ["HTTP_PROXY", "HTTP_TE", "HTTP_CONNECTION"]) expect(environ).not.toHaveProperty(key);
    }
  });

  it("E4 values are bytes as latin-1", async () => {
    for (const environ of await environs("/%C3%A9/%FF", { headers: { "X-Twice": ["\u00e9", "two"] } })) {
      expect(environ).toMatchObject({ PATH_INFO: "/\u00c3\u00a9/\u00ff", HTTP_X_TWICE: "\u00e9, two" });
    }
  });

  it("E5 SCRIPT_NAME is the mount, PATH_INFO the rest", async () => {
    for (const [rest, pathInfo] of [
      ["", ""],
      ["/", "/"],
      ["/x", "/x"],
    ] as const) {
      const [edge, pool] = await environs(rest);
      expect(edge).toMatchObject({ SCRIPT_NAME: "/environ", PATH_INFO: pathInfo });
      expect(pool).toMatchObject({ SCRIPT_NAME: "/pool/environ", PATH_INFO: pathInfo });
    }
    for (const path of ["/environs", "/pool/environs"]) expect((await request(site.socket, path)).status).toBe(404);
  });

  it("E6 the scheme is nginx's, whatever a client says", async () => {
    for (const environ of await environs("", { headers: { "X-Forwarded-Proto": "https", HTTPS: "on" } })) {
      expect(environ).toMatchObject({ "wsgi.url_scheme": "http", "wsgi.version": [1, 0], "wsgi.run_once": false });
      expect(environ).not.toHaveProperty("HTTPS");
    }
  });

  it("E10 the extras are there", async () => {
    const [edge, pool] = await environs("?a");
    expect(edge).toMatchObject({
      REQUEST_URI: "/environ?a",
      DOCUMENT_ROOT: "njs/apps",
      SCRIPT_FILENAME: "njs/apps/environ.ts",
    });
    expect(pool).toMatchObject({ REQUEST_URI: "/pool/environ?a", DOCUMENT_ROOT: `${site.folder}/backend/apps` });
    for (const environ of [edge, pool]) {
      for (const key of ["REMOTE_ADDR", "SERVER_ADDR", "REQUEST_SCHEME", "uwsgi.version", "uwsgi.node"]) {
        expect(environ[key], key).toEqual(expect.any(String));
      }
    }
  });

  it("E12 the site's configuration is a key no client can set", async () => {
    for (const environ of await environs("", { headers: { "Site.Name": "x", "site.name": "y" } })) {
      expect(environ["site.name"]).toBe("njsgi");
    }
  });
});
