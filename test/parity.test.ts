import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { corpus } from "./corpus.ts";
import { ask, askPort, askTls, type Environ, type Shown, useWays, WAYS, type Way } from "./ways.ts";

const ways = useWays();

/** What may differ between the places: CONTRACT.md E11. */
const PLACES_OWN = new Set(
  `njsgi.runtime njsgi.module njsgi.signal uwsgi.node wsgi.input wsgi.errors wsgi.file_wrapper wsgi.multithread
   wsgi.multiprocess DOCUMENT_ROOT SCRIPT_FILENAME REMOTE_PORT REQUEST_ID`.split(/\s+/),
);

/** A listener's own address: nginx's variable has the path of its socket, Node tells none. */
const LISTENERS_OWN = "SERVER_ADDR";

/** What nginx alone decides, and node:http otherwise: by the names in the corpus, what is there and why. */
const HTTP_OWN: Record<string, { status?: number; environ?: Environ; why: string }> = {
  "a chunked body": { environ: { CONTENT_LENGTH: "" }, why: "nginx takes the body in before it passes it on" },
  "an empty chunked body": { environ: { CONTENT_LENGTH: "" }, why: "the same" },
  "tabs around a value": { environ: { HTTP_X_TAB: "a" }, why: "RFC 9110 section 5.5; nginx cuts spaces alone" },
  "two Content-Types": { environ: { CONTENT_TYPE: "text/a" }, why: "the first, as nginx up to 1.22; 1.23 joins them" },
  "BREW by its name": { status: 400, why: "node:http knows a list of methods" },
  'the target "/\u00c3\u00a9?q=\u00ff"': { status: 400, why: "node:http takes ASCII alone, RFC 3986" },
  "a control character in a value": { status: 400, why: "node:http takes none, RFC 9110 section 5.5" },
  "an Expect of no kind": { status: 417, why: "node:http knows one, RFC 9110 section 10.1.1" },
  "lines that end in LF": { status: 400, why: "node:http wants CRLF" },
  "HTTP/1.2": { status: 400, why: "node:http knows 1.0 and 1.1" },
  "a target above 8 kB": { status: 200, why: "large_client_header_buffers: node:http has one limit, of all headers" },
  "a header above 8 kB": { status: 200, why: "the same" },
};

/** What nginx makes of an edge application's 200, and of no other, before 1.30: RFC 9110 section 13.2, without an ETag. */
const EDGE_OWN: Record<string, number> = { "If-Match": 412, "If-None-Match": 304 };

async function everywhere(bytes: string): Promise<Record<Way, Shown>> {
  const asked = WAYS.map(async (way) => [way, (await ask(ways.sockets[way], bytes))[0]!] as const);
  return Object.fromEntries(await Promise.all(asked)) as Record<Way, Shown>;
}

function without(environ: Environ, keys: Iterable<string>): Environ {
  const rest = { ...environ };
  for (const key of keys) delete rest[key];
  return rest;
}

describe("E11 the same request gives the same environ at the edge, and in the pool by every protocol", () => {
  it.each(corpus)("$name", async ({ name, bytes, status = 200 }) => {
    const { edge, pool, fastcgi, scgi, http } = await everywhere(bytes);
    const own = HTTP_OWN[name];
    expect(edge.status).toBeOneOf([status, EDGE_OWN[name]]);
    expect([pool.status, http.status]).toEqual([status, own?.status ?? status]);
    for (const other of [fastcgi, scgi]) {
      const shown = { ...other, environ: without(other.environ, [LISTENERS_OWN, "REQUEST_ID"]) };
      expect(shown).toEqual({ ...pool, environ: without(pool.environ, [LISTENERS_OWN, "REQUEST_ID"]) });
    }
    if (edge.status === 200 && pool.status === 200) {
      expect(without(edge.environ, PLACES_OWN)).toEqual(without(pool.environ, PLACES_OWN));
      expect(Object.keys(without(edge.environ, ["njsgi.signal"])).sort()).toEqual(
        Object.keys(without(pool.environ, ["njsgi.signal"])).sort(),
      );
      expect(edge.body).toBe(pool.body);
    }
    if (http.status === 200 && pool.status === 200) {
      const nginxs = without({ ...pool.environ, ...own?.environ }, [LISTENERS_OWN, "REQUEST_ID"]);
      expect(without(http.environ, [LISTENERS_OWN, "REQUEST_ID"])).toEqual(nginxs);
      expect(http.body).toBe(pool.body);
    }
  });

  it("the corpus has each name once, and whatever is excepted is in it", () => {
    const names = corpus.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    expect(names).toEqual(expect.arrayContaining([...Object.keys(HTTP_OWN), ...Object.keys(EDGE_OWN)]));
  });
});

/** With a Host, unless `headers` start with one. */
const get = (target: string, ...headers: string[]) => {
  if (!headers[0]?.startsWith("Host:")) headers.unshift("Host: site.test");
  return [`GET ${target} HTTP/1.1`, ...headers, "Connection: close", "\r\n"].join("\r\n");
};
const post = (...lines: string[]) => ["POST / HTTP/1.1", "Host: site.test", "Connection: close", ...lines].join("\r\n");

describe.each(WAYS)("%s", (way: Way) => {
  it.each<[rule: string, bytes: string, expected: Environ, absent?: string[]]>([
    [
      "E1 the required keys",
      get("/a?b"),
      { REQUEST_METHOD: "GET", SCRIPT_NAME: "", PATH_INFO: "/a", QUERY_STRING: "b" },
    ],
    ["E1 without a port", get("/a"), { SERVER_NAME: "site.test", SERVER_PORT: "80", SERVER_PROTOCOL: "HTTP/1.1" }],
    ["E1 without a Host", "GET / HTTP/1.0\r\n\r\n", { SERVER_NAME: "localhost", SERVER_PORT: "80" }, ["HTTP_HOST"]],
    ["E1 a Host that is an address", get("/a", "Host: [::1]:8080"), { SERVER_NAME: "[::1]", HTTP_HOST: "[::1]:8080" }],
    ["E2 no body", get("/a"), { CONTENT_TYPE: "", CONTENT_LENGTH: "" }],
    [
      "E2 a body",
      post("Content-Type: a/b", "Content-Length: 1", "", "x"),
      { CONTENT_TYPE: "a/b", CONTENT_LENGTH: "1" },
      ["HTTP_CONTENT_TYPE", "HTTP_CONTENT_LENGTH"],
    ],
    [
      "E3 repeated headers",
      get("/a", "Cookie: a", "X-A: 1", "cookie: b", "x-a: 2"),
      { HTTP_COOKIE: "a; b", HTTP_X_A: "1, 2" },
    ],
    [
      "E3 the Host of a target in absolute form, RFC 9112 section 3.2.2",
      get("http://Other.test:8080/a?b"),
      { HTTP_HOST: "Other.test:8080", SERVER_NAME: "Other.test", SERVER_PORT: "80", REQUEST_URI: "/a?b" },
    ],
    [
      "E3 of one without a port, a path or a Host",
      "GET HTTP://[::1]?b HTTP/1.0\r\nX-Host: a\r\n\r\n",
      { HTTP_HOST: "[::1]", SERVER_NAME: "[::1]", PATH_INFO: "/", HTTP_X_HOST: "a" },
    ],
    ["E3 a target that only looks so", get("/http://other.test/"), { HTTP_HOST: "site.test" }],
    ["E4 bytes", get("/%C3%A9/%FF", "X-A: \xff"), { PATH_INFO: "/\xc3\xa9/\xff", HTTP_X_A: "\xff" }],
    ["E5 a mount", get("/shop/x"), { SCRIPT_NAME: "/shop", PATH_INFO: "/x" }],
    ["E5 a mount, and nothing below", get("/shop"), { SCRIPT_NAME: "/shop", PATH_INFO: "" }],
    ["E5 what only starts as one", get("/shops"), { SCRIPT_NAME: "", PATH_INFO: "/shops" }],
    ["E5 the longest", get("/shop/cart/1"), { SCRIPT_NAME: "/shop/cart", PATH_INFO: "/1" }],
    ["E6 the gateway", get("/a"), { "wsgi.version": [1, 0], "wsgi.url_scheme": "http", "wsgi.run_once": false }],
    ["E10 the extras", get("/%61?b"), { REQUEST_URI: "/%61?b", REMOTE_ADDR: "unix:", REQUEST_SCHEME: "http" }],
    ["E12 the site's configuration", get("/shop/x", "Site-Mount: x"), { "site.mount": "/shop" }],
  ])("%s", async (_rule, bytes, expected, absent = []) => {
    const [shown] = await ask(ways.sockets[way], bytes);
    expect(shown).toMatchObject({ status: 200, environ: expected });
    for (const key of absent) expect(shown!.environ).not.toHaveProperty(key);
  });

  it("E6 wsgi.multithread, multiprocess and run_once are booleans, E10 the rest are strings", async () => {
    const [{ environ }] = (await ask(ways.sockets[way], get("/"))) as [Shown];
    for (const key of ["wsgi.multithread", "wsgi.multiprocess", "wsgi.run_once"]) {
      expect(environ[key], key).toEqual(expect.any(Boolean));
    }
    const strings = "DOCUMENT_ROOT SCRIPT_FILENAME SERVER_ADDR REQUEST_ID njsgi.module uwsgi.version uwsgi.node";
    for (const key of strings.split(" ")) expect(environ[key], key).toEqual(expect.stringMatching(/./));
  });

  it("E9 each request of a connection has an environ of its own, whatever was done to the one before", async () => {
    const first = "POST /shop/x?q HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nX-First: 1\r\n\r\nhello";
    const [one, two] = await ask(ways.sockets[way], first, async () => get("/a"));
    const [alone] = await ask(ways.sockets[way], get("/a"));
    expect(one).toMatchObject({ environ: { HTTP_X_FIRST: "1", "wsgi.version": [1, 0] }, body: "hello" });
    expect(without(two!.environ, ["REQUEST_ID"])).toEqual(without(alone!.environ, ["REQUEST_ID"]));
    expect(two!.environ.REQUEST_ID).not.toBe(alone!.environ.REQUEST_ID);
    expect(JSON.stringify(two)).not.toContain("left");
  });

  it("E1, E10 on a port, that and the addresses are the connection's", async () => {
    const port = ways.ports[way];
    const [shown] = await askPort(port, get("/", "X-Forwarded-Port: 1"));
    expect(shown!.environ).toMatchObject({
      SERVER_NAME: "site.test",
      SERVER_PORT: String(port),
      SERVER_ADDR: "127.0.0.1",
      REMOTE_ADDR: "127.0.0.1",
      REMOTE_PORT: expect.stringMatching(/^\d+$/),
    });
  });
});

describe.each(["edge", "pool"] as const)("%s", (way) => {
  it("E6, E10 TLS is https, on its port", async () => {
    const [shown] = await askTls(join(ways[way].folder, ".run/tls.sock"), get("/"));
    const https = { "wsgi.url_scheme": "https", REQUEST_SCHEME: "https", HTTPS: "on", SERVER_PORT: "443" };
    expect(shown!.environ).toMatchObject(https);
  });
});

it("nginx's worker outlives what nginx answers in an edge application's place", async () => {
  const bytes = get("/", 'If-Match: "a"');
  const answers = await ask(ways.sockets.edge, get("/").replace("close", "keep-alive"), async () => {
    expect((await ask(ways.sockets.edge, bytes))[0]!.status).toBeOneOf([412, 200]);
    return get("/");
  });
  expect(answers.map(({ status }) => status)).toEqual([200, 200]);
});
