import { basename, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Program, runProgram } from "./program.ts";
import { type Answer, exchange, request, type RequestOptions } from "./request.ts";
import { PROJECT, type SiteOptions } from "./site.ts";
import { useSite } from "./use_site.ts";

/** It reads one key alone, so that the edge makes it little more of an environ. */
const THROWS = `import type { Environ } from "njsgi";

export function application({ QUERY_STRING }: Environ) {
  throw new Error(QUERY_STRING + ' <script>alert("message")</script>');
}
`;

/** What would make a page of it fail, show it to others, or hide it. */
const TAMPERS = `export function application(environ, start_response) {
  environ.circular = environ;
  Object.defineProperty(environ, "getter", { get() { throw new Error("read"); }, enumerable: true });
  environ.bare = environ.HTTP_ACCEPT = Object.create(null);
  environ["<script>"] = Symbol("s");
  if (environ.QUERY_STRING === "delete") delete environ.REMOTE_ADDR;
  else environ.REMOTE_ADDR = "127.0.0.1";
  throw new Error("tampered");
}
`;

const AFTER_HEAD = `export function* application(environ, start_response) {
  start_response("200 OK", [["Content-Length", "100"]]);
  yield "sent";
  throw new Error("after the head");
}
`;

const files: Record<string, string> = {};
for (const [name, text] of Object.entries({ "throws.ts": THROWS, "tampers.ts": TAMPERS, "after.ts": AFTER_HEAD })) {
  files[`njs/apps/${name}`] = text;
  files[`backend/apps/pool/${name}`] = text;
}

/** A site whose nginx takes X-Address for the address of its client. */
function site(development: boolean, conf: (text: string) => string): SiteOptions {
  return {
    files,
    serve: ["--root", "backend/apps", ...(development ? ["--development"] : [])],
    conf: (text) =>
      conf(text).replace("location / {", "set_real_ip_from unix:; real_ip_header X-Address;\nlocation / {"),
  };
}

const on = useSite(site(true, (text) => text.replace('$njsgi_development "";', "$$njsgi_development on;")));
/** Also without the variable, as an nginx.conf of somebody's own may be. */
const off = useSite(site(false, (text) => text.replace(/.*\$njsgi_development.*\n/, "")));

const HTML = { Accept: "text/html,application/xhtml+xml,*/*;q=0.8" };
const SECRETS = { Authorization: "Basic c2VjcmV0", Cookie: "session=c2VjcmV0", "X-Api-Key": "c2VjcmV0" };

function expectClean({ status, text, headers }: Answer): void {
  expect({ status, text }).toEqual({ status: 500, text: "500 Internal Server Error\n" });
  const { date: _date, "x-request-id": _id, server: _server, connection: _connection, ...rest } = headers;
  expect(rest).toEqual({ "content-type": "text/plain", "content-length": "26" });
}

describe.each([
  ["at the edge", "", "(njs/apps/throws.ts:4)"],
  ["in the pool", "/pool", "backend/apps/pool/throws.ts:4:9)"],
])("%s, in development", (_where, prefix, place) => {
  const ask = (path: string, options?: RequestOptions) => request(on.socket, prefix + path, options);

  it("a 500 shows its error, where in the source that is, the request, its id and its environ", async () => {
    const answer = await ask("/throws?a=b", { headers: { ...HTML, "User-Agent": "Mozilla" } });
    expect(answer.status).toBe(500);
    expect(answer.headers).toMatchObject({ "content-type": "text/html; charset=utf-8", "cache-control": "no-store" });
    expect(answer.headers["content-security-policy"]).toContain("default-src 'none'");
    for (const shown of [
      "<h1>Error: a=b &#60;script&#62;alert(&#34;message&#34;)&#60;/script&#62;</h1>",
      place,
      `GET ${prefix}/throws?a=b HTTP/1.1`,
      `request ${answer.headers["x-request-id"]}`,
      "<tr><th>QUERY_STRING<td>a=b\n",
      "<tr><th>HTTP_USER_AGENT<td>Mozilla\n",
      "<tr><th>REMOTE_ADDR<td>unix:\n",
      "<tr><th>wsgi.input<td>[object]\n",
    ])
      expect(answer.text).toContain(shown);
  });

  it("text to a client that asks for no HTML", async () => {
    const { headers, text } = await ask("/throws?a=b", { headers: { Accept: "*/*" } });
    expect(headers["content-type"]).toBe("text/plain; charset=utf-8");
    expect(text).toMatch(/^Error: a=b <script>alert\("message"\)<\/script>\n +at application /);
    expect(text).toContain(place);
    expect(text).toContain(`\n\nGET ${prefix}/throws?a=b HTTP/1.1\nrequest ${headers["x-request-id"]}\n\n`);
    expect(text).toContain("\nQUERY_STRING: a=b\n");
  });

  it("whatever the client sends is no HTML", async () => {
    const attack = `</pre><script>alert(1)</script>"'&`;
    const answer = await ask(`/throws?${attack}`, {
      headers: { ...HTML, "User-Agent": attack, "X-Attack": attack, Host: "site.test" },
    });
    expect(answer.text.match(/<[a-z!/][^>]*>/g)!.map((tag) => tag.split(/[ >]/)[0]!.replace(/[</]+/, ""))).toEqual(
      expect.not.arrayContaining(["script", "img"]),
    );
    expect(answer.text).not.toMatch(/<\/?script|alert\(1\)<|<td>[^\n]*["'<][^\n]*\n/);
    expect(answer.text).toContain("&#60;script&#62;alert(1)");
  });

  it("bytes that are no ASCII are characters, as the environ has them", async () => {
    const bytes = Buffer.from(`GET ${prefix}/throws?caf\u00e9 HTTP/1.0\r\nX-Byte: \u00ff\r\n\r\n`, "latin1");
    const text = String(await exchange(on.socket, bytes));
    expect(text).toContain(`\n\nGET ${prefix}/throws?caf\u00e9 HTTP/1.0\n`);
    expect(text).toContain("\nHTTP_X_BYTE: \u00ff\n");
    expect(text).toContain("\nQUERY_STRING: caf\u00e9\n");
  });

  it.each([HTML, {}])("withholds secrets: %j", async (accept) => {
    const { text } = await ask("/throws", { headers: { ...accept, ...SECRETS } });
    expect(text).not.toContain("c2VjcmV0");
    expect(text.match(/HTTP_(AUTHORIZATION|COOKIE|X_API_KEY)(<td>|: )\(withheld\)\n/g)).toHaveLength(3);
  });

  it("HEAD has the head alone", async () => {
    expect(await ask("/throws", { method: "HEAD" })).toMatchObject({ status: 500, text: "" });
  });

  it.each(["127.0.0.1", "127.9.9.9", "::1", "::ffff:127.0.0.1"])("%s is this machine", async (address) => {
    expect((await ask("/throws", { headers: { "X-Address": address } })).text).toContain(place);
    expect((await ask("/tampers?delete", { headers: { "X-Address": address } })).text).toContain("Error: tampered");
  });

  it.each(["203.0.113.9", "10.0.0.1", "128.0.0.1", "::2", "::ffff:10.0.0.1", "1270::1"])(
    "%s is not: it gets no byte of an error, whatever it says and the application does",
    async (address) => {
      const forged = Object.fromEntries(
        ["X-Real-IP", "X-Forwarded-For", "Forwarded", "Remote-Addr", "X-Client-IP"].map((name) => [name, "127.0.0.1"]),
      );
      for (const path of ["/throws", "/tampers", "/tampers?delete"]) {
        expectClean(await ask(path, { headers: { ...HTML, ...forged, "X-Address": address } }));
      }
    },
  );
});

describe("an error after the first chunk", () => {
  it("is a cut in the pool", async () => {
    await expect(request(on.socket, "/pool/after")).rejects.toThrow();
  });

  it("is a 500 at the edge, which gathers the body", async () => {
    expect((await request(on.socket, "/after")).text).toMatch(/^Error: after the head\n/);
    expectClean(await request(off.socket, "/after"));
  });
});

describe.each(["/throws", "/pool/throws"])("%s, not in development", (path) => {
  it("no byte of an error leaves", async () => {
    expectClean(await request(off.socket, path, { headers: HTML }));
  });
});

describe("the pool by its own HTTP, in development", () => {
  let pool: Program;
  const socket = () => join(on.folder, ".run/http.sock");
  beforeAll(async () => {
    const args = ["serve", "--root", "backend/apps", "--protocol", "http", "--bind", "unix:.run/http.sock"];
    const log = join(on.folder, ".run/http.log");
    const command = [
      join(PROJECT, "backend/main.ts"),
      ...args,
      "--workers",
      "1",
      "--development",
      "--name",
      `${basename(on.folder)}-http`,
    ];
    pool = runProgram(process.execPath, command, { cwd: on.folder, log });
    await pool.printed("njsgi: ready");
  });
  afterAll(() => pool?.stop());

  it("shows a 500's error to this machine", async () => {
    const answer = await request(socket(), "/pool/throws?a=b", { headers: HTML });
    expect(answer.headers["content-type"]).toBe("text/html; charset=utf-8");
    expect(answer.text).toContain(`request ${answer.headers["x-request-id"]}`);
    expect(await request(socket(), "/pool/throws", { method: "HEAD" })).toMatchObject({ status: 500, text: "" });
  });
});
