import { connect } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, describe, expect, it } from "vitest";
import { CLEAN_500 } from "./conformance/case.ts";
import { get, packet } from "./packet.ts";
import { exchange, request } from "./request.ts";
import { until } from "./until.ts";
import { useSite } from "./use_site.ts";

/** Applications that go wrong, by name; each stands in both places. */
const WRONG: Record<string, string> = {
  "syntax.ts": "export const application = (;",
  "missing.ts": 'import "./none.ts"; export const application = () => [];',
  "toplevel.ts": 'throw new Error("at the top"); export const application = () => [];',
  "nothing.ts": "export const other = 1;",
  "throws.ts": 'export function application() { throw new Error("thrown by throws"); }',
  "rejects.ts": 'export async function application() { throw new Error("rejected by rejects"); }',
  "generator.ts": 'export function* application() { throw new Error("thrown by generator"); }',
  "bare.ts": "export function application() { throw Object.create(null); }",
  "unshown.ts": `export function application() {
    const error = { toString() { throw 1; }, [Symbol.for("nodejs.util.inspect.custom")]() { throw 2; } };
    throw error;
  }`,
  "silent.ts": "export function application() { return []; }",
  "string.ts": 'export function application(environ, start_response) { start_response("200 OK", []); return "text"; }',
  "nobody.ts": 'export function application(environ, start_response) { start_response("200 OK", []); }',
  "chunk.ts": 'export function application(environ, start_response) { start_response("200 OK", []); return [1]; }',
  "status.ts": 'export function application(environ, start_response) { start_response("OK", []); return []; }',
  "inject.ts": `export function application(environ, start_response) {
    start_response("200 OK", [["X-A", "b\\r\\nSet-Cookie: stolen=1"]]);
    return ["x"];
  }`,
};

const FINE = `export function application(environ, start_response) {
  start_response("200 OK", [["Content-Type", "text/plain"]]);
  return ["fine"];
}`;

const READS = `export async function application(environ, start_response) {
  try {
    const body = await environ["wsgi.input"].read();
    start_response("200 OK", [["Content-Type", "text/plain"]]);
    return [\`\${body.length} bytes\`];
  } catch (error) {
    environ["wsgi.errors"].write("seen: " + error.message);
    throw error;
  }
}`;

const files: Record<string, string> = {
  "njs/apps/fine.ts": FINE,
  "backend/apps/pool/fine.ts": FINE,
  "njs/apps/reads.ts": READS,
  "backend/apps/pool/reads.ts": READS,
  "backend/apps/pool/big.ts": `export function application(environ, start_response) {
    start_response("200 OK", [["Content-Type", "application/octet-stream"]]);
    const size = 8 * 1024 * 1024;
    return environ.QUERY_STRING === "list" ? [new Uint8Array(size)] : (function* () {
      for (let sent = 0; sent < size; sent += 65536) yield new Uint8Array(65536);
    })();
  }`,
  "backend/apps/pool/ignores.ts": FINE,
  "backend/apps/pool/later.ts": `export function application(environ, start_response) {
    setTimeout(() => { throw new Error("thrown by later"); }, 0);
    Promise.reject(new Error("rejected by later"));
    start_response("200 OK", []);
    return ["fine"];
  }`,
};
for (const [name, text] of Object.entries(WRONG)) {
  files[`njs/apps/${name}`] = text;
  files[`backend/apps/pool/${name}`] = text;
}

const site = useSite({ files });

afterEach(async () => {
  for (const path of ["/fine", "/pool/fine"])
    expect(await request(site.socket, path)).toMatchObject({ status: 200, text: "fine" });
  expect(site.pool.output()).not.toContain("takes its place");
});

describe.each([
  ["at the edge", "", () => site.errorLog()],
  ["in the pool", "/pool", () => site.pool.output()],
])("%s", (_where, prefix, log) => {
  it.each([
    ["syntax", "syntax.ts"],
    ["missing", "missing.ts"],
    ["toplevel", "at the top"],
    ["nothing", "nothing.ts"],
    ["throws", "thrown by throws"],
    ["rejects", "rejected by rejects"],
    ["generator", "thrown by generator"],
    ["bare", "[object Object]|[Object: null prototype] {}"],
    ["unshown", "[object Object]"],
    ["silent", "without a call of start_response"],
    ["string", "wrap it in a list"],
    ["nobody", "returned undefined"],
    ["chunk", "a chunk that is number"],
    ["status", 'status is \\"OK\\"|status is "OK"'],
    ["inject", 'header "X-A"'],
  ])("%s.ts is a 500 for its path alone, explained in the log and nowhere else", async (name, reason) => {
    const answer = await request(site.socket, `${prefix}/${name}`);
    expect(answer).toMatchObject({ status: 500, text: "500 Internal Server Error\n" });
    expect(answer.headers).not.toHaveProperty("set-cookie");
    await until(`"${reason}" in the log`, () => reason.split("|").some((text) => log().includes(text)));
    expect(log()).toContain(`${answer.headers["x-request-id"]} "GET ${prefix}/${name} HTTP/1.1"`);
  });

  it("a body arrives whole", async () => {
    const body = "x".repeat(10_000);
    expect(await request(site.socket, `${prefix}/reads`, { method: "POST", body })).toMatchObject({
      text: "10000 bytes",
    });
  });
});

describe("E7 a body shorter than CONTENT_LENGTH", () => {
  it("is an error the application sees", async () => {
    const vars = get("/pool/reads", ["CONTENT_LENGTH", "10"]);
    const socket = connect(site.poolSocket).end(packet(vars, "short"));
    await new Promise((resolve) => socket.resume().on("close", resolve));
    await until("the application's line", () =>
      site.pool.output().includes("seen: the request body ended after 5 bytes, CONTENT_LENGTH says 10"),
    );
  });
});

describe("E7 a body above client_body_buffer_size, at the edge", () => {
  const size = 2_000_000;
  const isNjs1 = process.env.NGINX_GENERATION?.startsWith("testing");

  it.each<[how: string, headers: Record<string, string>]>([
    ["with its length", {}],
    ["chunked", { "Transfer-Encoding": "chunked" }],
  ])("is read whole, or is an error the application sees: %s", async (_how, headers) => {
    const answer = await request(site.socket, "/reads", { method: "POST", body: Buffer.alloc(size), headers });
    if (isNjs1) return expect(answer).toMatchObject({ status: 200, text: `${size} bytes` });
    expect(answer).toMatchObject(CLEAN_500);
    const why =
      /seen: the request body has 2000000 bytes, which nginx keeps in a file and njs 0\.[\d.]+ can't read: raise/;
    await until("the error", () => why.test(site.errorLog()));
  });

  it.each<[how: string, headers: Record<string, string>]>([
    ["with its length", {}],
    ["chunked", { "Transfer-Encoding": "chunked" }],
  ])("and one up to it is read by every njs: %s", async (_how, headers) => {
    const body = Buffer.alloc(1024 * 1024);
    expect(await request(site.socket, "/reads", { method: "POST", body, headers })).toMatchObject({
      status: 200,
      text: `${body.length} bytes`,
    });
  });
});

describe("an 8 MB response", () => {
  it.each(["list", "chunks"])("arrives whole over a slow reader: %s", async (kind) => {
    const socket = connect(site.socket, () => socket.write(`GET /pool/big?${kind} HTTP/1.0\r\n\r\n`));
    let bytes = 0;
    for await (const chunk of socket) {
      bytes += (chunk as Buffer).length;
      await sleep(1); // what makes it slow
    }
    expect(bytes).toBeGreaterThan(8 * 1024 * 1024);
  });

  it("arrives whole on the pool's own socket", async () => {
    const answer = await exchange(site.poolSocket, packet(get("/pool/big", ["QUERY_STRING", "list"])));
    expect(answer.length - answer.indexOf("\r\n\r\n") - 4).toBe(8 * 1024 * 1024);
  });
});

describe("S21 a request body nobody reads", () => {
  it.each([300_000, 20_000_000])("of %d bytes does not lose the answer", async (size) => {
    const answer = await request(site.socket, "/pool/ignores", { method: "POST", body: Buffer.alloc(size) });
    expect(answer).toMatchObject({ status: 200, text: "fine" });
  });
});

describe("an error no request waits for", () => {
  it("is logged, and the worker lives", async () => {
    expect(await request(site.socket, "/pool/later")).toMatchObject({ status: 200 });
    await until("both in the log", () =>
      /thrown by later[^]*rejected by later|rejected by later[^]*thrown by later/.test(site.pool.output()),
    );
  });
});
