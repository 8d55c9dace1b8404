import { describe, expect, it } from "vitest";
import { ask, type Environ, type Shown, useWays, WAYS } from "./ways.ts";

/** A client sets its own HTTP_* keys and no others: whatever it sends, by every way in. */
const ways = useWays();

const HOST = "Host: site.test";
const LAST = `GET /last HTTP/1.1\r\n${HOST}\r\nConnection: close\r\n\r\n`;

const request = (line: string, headers: string[], body = "") => [line, ...headers, "", body].join("\r\n");
const get = (...headers: string[]) => request("GET / HTTP/1.1", [HOST, ...headers]);
const post = (headers: string[], body: string) => request("POST / HTTP/1.1", [HOST, ...headers], body);

/** What the server alone says, and nothing of what the client does. */
function inside({ environ }: Shown): Environ {
  const own = (key: string) => key.startsWith("HTTP_") || key === "REQUEST_ID";
  return Object.fromEntries(Object.entries(environ).filter(([key]) => !own(key)));
}

function outside({ environ }: Shown): Environ {
  return Object.fromEntries(Object.entries(environ).filter(([key]) => key.startsWith("HTTP_") && key !== "HTTP_HOST"));
}

/** The headers that arrive, and what else is not as in a plain request. `strict`: node:http answers 400. */
interface Arrives {
  http?: Environ;
  other?: Environ;
  strict?: true;
}

const named = (...names: string[]) => get(...names.map((name) => `${name}: forged`));
const arriving = (keys: string): Arrives => ({
  http: Object.fromEntries(keys.split(/\s+/).map((key) => [key, "forged"])),
});
const chunked = "Transfer-Encoding: chunked";

describe.each(WAYS)("%s: what arrives", (way) => {
  it.each<[what: string, bytes: string, arrives: Arrives]>([
    ["HTTP_PROXY", named("Proxy", "PROXY", "proxy"), {}],
    ["HTTP_PROXY by its own name", named("HTTP-PROXY", "HTTP_PROXY"), arriving("HTTP_HTTP_PROXY")],
    ["the connection's", named("Keep-Alive", "TE", "Trailer", "Upgrade", "Proxy-Connection"), {}],
    ["a proxy's", named("Proxy-Authorization", "Proxy-Authenticate"), {}],
    ["what Connection names", get("Connection: x-own", "X-Own: forged"), arriving("HTTP_X_OWN")],
    ["names with an underscore", named("REMOTE_ADDR", "X_Real_IP", "HTTP_HOST", "UWSGI_FILE", "Content_Length"), {}],
    ["names with a dot", named("wsgi.url_scheme", "wsgi.input", "site.mount", "njsgi.module"), {}],
    ["names objects have", named("__proto__", "__defineGetter__", "constructor"), arriving("HTTP_CONSTRUCTOR")],
    ["UWSGI_*", named("UWSGI-FILE", "UWSGI-SCRIPT"), arriving("HTTP_UWSGI_FILE HTTP_UWSGI_SCRIPT")],
    [
      "CGI keys",
      named("HTTPS", "Remote-Addr", "Remote-User", "Script-Name", "Path-Info", "Document-Root", "Request-Method"),
      arriving(
        `HTTP_HTTPS HTTP_REMOTE_ADDR HTTP_REMOTE_USER HTTP_SCRIPT_NAME
         HTTP_PATH_INFO HTTP_DOCUMENT_ROOT HTTP_REQUEST_METHOD`,
      ),
    ],
    [
      "E6 X-Forwarded-* as truth",
      named("X-Forwarded-For", "X-Forwarded-Proto", "X-Forwarded-Host", "X-Forwarded-Port", "X-Real-IP", "Forwarded"),
      arriving(
        `HTTP_X_FORWARDED_FOR HTTP_X_FORWARDED_PROTO HTTP_X_FORWARDED_HOST
         HTTP_X_FORWARDED_PORT HTTP_X_REAL_IP HTTP_FORWARDED`,
      ),
    ],
    [
      "another method, target and id",
      named("X-HTTP-Method-Override", "X-Original-URL", "X-Rewrite-URL", "X-Request-ID", "Request-ID"),
      arriving(
        `HTTP_X_HTTP_METHOD_OVERRIDE HTTP_X_ORIGINAL_URL HTTP_X_REWRITE_URL
         HTTP_X_REQUEST_ID HTTP_REQUEST_ID`,
      ),
    ],
    ["E12 the site's configuration", named("Site-Mount", "site.mount"), arriving("HTTP_SITE_MOUNT")],
    [
      "another host in the target, a Host as any",
      request("GET http://forged/ HTTP/1.1", [HOST]),
      { other: { SERVER_NAME: "forged" } },
    ],
    ["a Host with a port", get().replace("site.test", "site.test:1"), {}],
    [
      "keys in the query",
      request("GET /?HTTPS=on&HTTP_PROXY=forged HTTP/1.1", [HOST]),
      { other: { QUERY_STRING: "HTTPS=on&HTTP_PROXY=forged", REQUEST_URI: "/?HTTPS=on&HTTP_PROXY=forged" } },
    ],
    [
      "lines in the path",
      request("GET /%0d%0aHTTPS:%20on HTTP/1.1", [HOST]),
      { other: { PATH_INFO: "/\r\nHTTPS: on", REQUEST_URI: "/%0d%0aHTTPS:%20on" } },
    ],
    // nginx joins them from 1.23 on
    [
      "E2 a second Content-Type",
      get("Content-Type: a", "Content-Type: b"),
      { other: { CONTENT_TYPE: expect.toBeOneOf(["a", "a, b"]) } },
    ],
    [
      "trailers",
      post([chunked], "1\r\nx\r\n0\r\nHTTPS: on\r\nX-Trailer: forged\r\n\r\n"),
      { other: { REQUEST_METHOD: "POST", CONTENT_LENGTH: way === "http" ? "" : "1" } },
    ],
    [
      "a packet's var",
      get(`X-A: \x05\x01HTTPS\x02\x01on`),
      { http: { HTTP_X_A: "\x05\x01HTTPS\x02\x01on" }, strict: true },
    ],
    ["a bare LF in a value", get("X-A: a\nREMOTE_ADDR: forged"), { http: { HTTP_X_A: "a" }, strict: true }],
    ["a CR more at a line's end", get("X-A: a\r", "REMOTE_ADDR: forged"), { http: { HTTP_X_A: "a" }, strict: true }],
    ["a name that is no ASCII", named("X-\xc3\xa9"), { strict: true }],
  ])("%s", async (_what, bytes, { http = {}, other = {}, strict }) => {
    const [shown, last] = await ask(ways.sockets[way], bytes + LAST);
    if (strict && way === "http") {
      expect([shown!.status, last]).toEqual([400, undefined]);
      return;
    }
    const [plain] = await ask(ways.sockets[way], get("Connection: close"));
    expect(shown!.status).toBe(200);
    expect(inside(shown!)).toEqual({ ...inside(plain!), ...other });
    expect(outside(shown!)).toEqual(http);
    expect(shown!.environ.REQUEST_ID).toMatch(/^[0-9a-f]{32}$/);
    expect(last!.environ.PATH_INFO).toBe("/last");
  });
});

/** What one server takes for the end of a request and another does not. */
const SMUGGLED = `GET /smuggled HTTP/1.1\r\n${HOST}\r\nConnection: close\r\n\r\n`;
const chunks = `0\r\n\r\n${SMUGGLED}`;
const long = `Content-Length: ${chunks.length}`;

describe.each(WAYS)("%s: is refused, and ends the connection", (way) => {
  it.each<[what: string, bytes: string]>([
    ["Content-Length twice, the same", post(["Content-Length: 5", "Content-Length: 5"], "hello")],
    ["Content-Length twice, another", post(["Content-Length: 0", long], chunks)],
    ["Content-Length as a list", post(["Content-Length: 5, 5"], "hello")],
    ["Content-Length with a sign", post(["Content-Length: +5"], "hello")],
    ["Content-Length below zero", post(["Content-Length: -5"], "hello")],
    ["Content-Length in hexadecimal", post(["Content-Length: 0x5"], "hello")],
    ["Content-Length with a blank", post(["Content-Length: 5 5"], "hello")],
    ["Content-Length of nothing", post(["Content-Length:"], chunks)],
    ["Content-Length beyond all numbers", post(["Content-Length: 18446744073709551621"], "hello")],
    ["Content-Length, then Transfer-Encoding", post([long, chunked], chunks)],
    ["Transfer-Encoding, then Content-Length", post([chunked, long], chunks)],
    ["Transfer-Encoding twice", post([chunked, chunked], chunks)],
    ["Transfer-Encoding twice, another", post([chunked, "Transfer-Encoding: identity"], chunks)],
    ["Transfer-Encoding that ends in another", post(["Transfer-Encoding: chunked, identity"], chunks)],
    ["Transfer-Encoding that starts with another", post(["Transfer-Encoding: gzip, chunked"], chunks)],
    ["Transfer-Encoding of no kind", post(["Transfer-Encoding: xchunked"], chunks)],
    ["Transfer-Encoding of nothing", post(["Transfer-Encoding:"], chunks)],
    ["Transfer-Encoding behind a vertical tab", post(["Transfer-Encoding: \x0bchunked"], chunks)],
    ["Transfer-Encoding on the next line", post(["Transfer-Encoding:", " chunked"], chunks)],
    ["Transfer-Encoding in HTTP/1.0", request("POST / HTTP/1.0", [chunked, "Connection: keep-alive"], chunks)],
    ["a space before the colon of Content-Length", post(["Content-Length : 5"], "hello")],
    ["a space before the colon of Transfer-Encoding", post(["Transfer-Encoding : chunked"], chunks)],
    ["a space before the colon", get("X-A : 1")],
    ["a space in a name", get("X A: 1")],
    ["a space before the first header", request("GET / HTTP/1.1", [` ${HOST}`])],
    ["no name", get(": 1")],
    ["a folded line", get("X-A: 1", " X-B: 2")],
    ["a line folded by a tab", get("X-A: 1", "\tX-B: 2")],
    ["a bare CR in a value", get("X-A: 1\rX-B: 2")],
    ["a bare CR in a name", get("X-A\r: 1")],
    ["a NUL in a value", get("X-A: 1\x002")],
    ["a NUL in a name", get("X\x00A: 1")],
    ["a NUL in the target", request("GET /a\x00 HTTP/1.1", [HOST])],
    ["an encoded NUL in the target", request("GET /a%00 HTTP/1.1", [HOST])],
    ["two Hosts", get("Host: forged")],
    ["two Hosts, the same", get(HOST)],
    ["no Host", request("GET / HTTP/1.1", [])],
    ["no Host but in the target", request("GET http://forged/ HTTP/1.1", [])],
    ["a Host of nothing", request("GET / HTTP/1.1", ["Host:"])],
    ["a Host with a path", request("GET / HTTP/1.1", ["Host: site.test/forged"])],
    ["a Host with a blank", request("GET / HTTP/1.1", ["Host: site.test forged"])],
    ["a name and password in the target", request("GET http://site.test@forged/ HTTP/1.1", [HOST])],
    ["a way above the root", request("GET /../forged HTTP/1.1", [HOST])],
    ["a chunk longer than it says", post([chunked], "1\r\nxx\r\n0\r\n\r\n")],
    ["a chunk of a length below zero", post([chunked], "-1\r\nx\r\n0\r\n\r\n")],
    ["a chunk of a length beyond all numbers", post([chunked], "10000000000000001\r\nx\r\n0\r\n\r\n")],
    ["a chunk of a length with a prefix", post([chunked], "0x1\r\nx\r\n0\r\n\r\n")],
  ])("%s", async (_what, bytes) => {
    const answers = await ask(ways.sockets[way], bytes + SMUGGLED);
    expect(answers).toEqual([{ status: expect.toBeOneOf([400, 501]), environ: {}, body: "" }]);
  });
});

describe.each(WAYS)("%s: a request in a body is a body", (way) => {
  it.each<[what: string, bytes: string]>([
    ["with its length", post([`Content-Length: ${SMUGGLED.length}`], SMUGGLED)],
    ["in a chunk", post([chunked], `${SMUGGLED.length.toString(16)}\r\n${SMUGGLED}\r\n0\r\n\r\n`)],
    ["of a GET", get(`Content-Length: ${SMUGGLED.length}`) + SMUGGLED],
    ["of a HEAD", get(`Content-Length: ${SMUGGLED.length}`).replace("GET", "HEAD") + SMUGGLED],
  ])("%s", async (_what, bytes) => {
    const [shown, last, ...more] = await ask(ways.sockets[way], bytes + LAST);
    expect(shown).toMatchObject({ status: 200, environ: { PATH_INFO: "/" }, body: SMUGGLED });
    expect(last).toMatchObject({ status: 200, environ: { PATH_INFO: "/last" }, body: "" });
    expect(more).toEqual([]);
  });
});
