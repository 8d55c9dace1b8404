import { expect, it } from "vitest";
import { children } from "./children.ts";
import { request } from "./request.ts";
import { useSite } from "./use_site.ts";

type Header = [name: string, value: string];

/** Answers as its query says. */
const SAYS = `export function application(environ, start_response) {
  const { status, headers, body } = JSON.parse(decodeURIComponent(environ.QUERY_STRING));
  start_response(status, headers);
  return body.map((chunk) => (typeof chunk === "string" ? chunk : new Uint8Array(chunk)));
}`;

const site = useSite({ files: { "njs/apps/says.ts": SAYS, "backend/apps/pool/says.ts": SAYS } });

const TEXT: Header = ["Content-Type", "text/plain"];
const TO: Header = ["Location", "/x"];
const LATIN1 = "caf\u00e9 \u00ff";

const RESPONSES: [what: string, status: string, headers: Header[], body: (string | number[])[]][] = [
  [
    "header values in latin-1",
    "200 OK",
    [
      ["Content-Type", `text/plain; name=${LATIN1}`],
      ["X-Name", LATIN1],
    ],
    ["x"],
  ],
  ["one name, several values", "200 OK", [TEXT, ["Set-Cookie", `a=${LATIN1}`], ["Set-Cookie", "b=2"]], ["x"]],
  ["text", "200 OK", [TEXT], ["caf\u00e9 \u20ac \ud83d\ude00", "x"]],
  ["half a surrogate pair", "200 OK", [TEXT], ["\ud83d"]],
  ["half a surrogate pair among bytes", "200 OK", [TEXT], ["\ud83d", [0]]],
  ["bytes", "200 OK", [TEXT], [[255, 0, 254]]],
  ["no body", "200 OK", [TEXT], []],
  ["a length", "200 OK", [TEXT, ["Content-Length", "4"]], ["four"]],
  ...["301", "302", "303", "307", "308"].map((status): (typeof RESPONSES)[0] => [
    `a ${status} with text`,
    `${status} Redirect`,
    [TEXT, TO],
    ["caf\u00e9"],
  ]),
  ["a redirect with bytes", "302 Found", [TEXT, ["Location", `/${LATIN1}`]], [[255, 0, 254]]],
  ["a redirect without a body", "302 Found", [TEXT, TO], []],
  ["304", "304 Not Modified", [TEXT, ["ETag", '"x"'], ["Content-Length", "4"]], []],
  ["304 with a body", "304 Not Modified", [TEXT], ["text"]],
  ["204 with a body and its length", "204 No Content", [["Content-Length", "4"]], ["text"]],
  ...["400", "401", "404", "418", "444", "499", "500", "502"].flatMap((status): typeof RESPONSES => [
    [`${status} without a body`, `${status} Own`, [TEXT], []],
    [`${status} with one`, `${status} Own`, [TEXT], ["own"]],
  ]),
];

it.each(RESPONSES)("%s is one response in both places", async (_what, status, headers, body) => {
  const query = encodeURIComponent(JSON.stringify({ status, headers, body }));
  for (const method of ["GET", "HEAD", "POST"]) {
    const [edge, pool] = await Promise.all(
      ["/says", "/pool/says"].map(async (path) => {
        const answer = await request(site.socket, `${path}?${query}`, { method });
        const { date: _date, "x-request-id": _id, ...rest } = answer.headers;
        return { status: answer.status, headers: rest, body: answer.body };
      }),
    );
    expect(edge).toEqual(pool);
    expect(edge!.status).toBe(Number(status.slice(0, 3)));
  }
});

it.each(["GET", "HEAD"])(
  "%s with a precondition that fails is answered once, and nginx's workers live",
  async (method) => {
    const workers = children(site.nginx.pid);
    const query = encodeURIComponent(
      JSON.stringify({ status: "200 OK", headers: [["Content-Length", "1"]], body: ["x"] }),
    );
    // nginx 1.30 leaves them to the application, as all do in the pool.
    const { status } = await request(site.socket, `/says?${query}`, { method, headers: { "If-Match": '"none"' } });
    expect([200, 412]).toContain(status);
    expect((await request(site.socket, `/says?${query}`)).text).toBe("x");
    expect(children(site.nginx.pid)).toEqual(workers);
  },
);
