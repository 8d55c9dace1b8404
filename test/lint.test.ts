import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { get, packet } from "./packet.ts";
import { exchange, request, type RequestOptions } from "./request.ts";
import { until } from "./until.ts";
import { useSite } from "./use_site.ts";

/** Applications that break a rule, by its id. */
const WRONG: { [rule: string]: string } = {
  E7c: `async (environ, start_response) => {
    await environ["wsgi.input"].read("all");
    start_response("200 OK", PLAIN);
    return [];
  }`,
  E8b: '(environ) => environ["wsgi.errors"].write(5)',
  X3: '(environ, start_response) => { start_response("200 OK", []); return ["fine"]; }',
  S3: '(environ, start_response) => { start_response("200 OK", PLAIN); start_response("404 No", PLAIN); return []; }',
  S7: 'function* (environ, start_response) { start_response("200", PLAIN); yield "fine"; }',
  S9: '(environ, start_response) => { start_response("200 OK", [...PLAIN, ["Connection", "close"]]); return []; }',
  S11a: '(environ, start_response) => { start_response("200 OK", PLAIN)(5); return []; }',
  S11b: 'async function* (environ, start_response) { start_response("200 OK", PLAIN); yield 5; }',
  S12a: 'async (environ, start_response) => { start_response("200 OK", PLAIN); return "Hello"; }',
  S15c: `(environ, start_response) => {
    start_response("200 OK", [...PLAIN, ["Content-Length", "5"]]);
    return ["four"];
  }`,
  S6a: "() => []",
  S6b: 'async function* (environ, start_response) { yield ""; start_response("200 OK", PLAIN); }',
};

/** Applications that break none, by name; each answers `fine` and what it read. */
const RIGHT: { [name: string]: string } = {
  list: `async (environ, start_response) => {
    const body = await environ["wsgi.input"].read();
    environ["wsgi.errors"].write("the list is fine");
    start_response("200 OK", [...PLAIN, ["Set-Cookie", "a=1"], ["Set-Cookie", "b=2"]]);
    return ["fine", body];
  }`,
  written: '(environ, start_response) => { start_response("200 OK", PLAIN)("fi"); return ["ne"]; }',
  generator: 'function* (environ, start_response) { start_response("200 OK", PLAIN); yield* ["fi", "", "ne"]; }',
  asynchronous: `async function* (environ, start_response) {
    start_response("200 OK", PLAIN);
    yield "fine";
    for await (const line of environ["wsgi.input"]) yield line;
  }`,
  closed: `(environ, start_response) => {
    start_response("200 OK", PLAIN);
    return { *[Symbol.iterator]() { yield "fine"; }, close() { environ["wsgi.errors"].write("closed is closed"); } };
  }`,
  server:
    "new (class extends WsgiAServer { get(environ, start_response) { return LIST(environ, start_response); } })()",
};
const LIST = '(_, start_response) => (start_response("200 OK", PLAIN), ["fine"])';

const files: { [path: string]: string } = {};
for (const [name, application] of Object.entries({ ...WRONG, ...RIGHT })) {
  const constants = `const PLAIN = [["Content-Type", "text/plain"]];\nconst LIST = ${LIST};\n`;
  const text = `import { lint, WsgiAServer } from "njsgi";\n${constants}`;
  files[`njs/apps/${name}.ts`] = `${text}export const application = lint(${application});\n`;
  files[`backend/apps/pool/${name}.ts`] = `${text}export const application = ${application};\n`;
}

files["backend/apps/pool/mounted.ts"] = 'export { application } from "./generator.ts";';
files["njs/routes.ts"] = `export const mounts = {
  "/mounted": { place: "pool", app: "pool/mounted.ts", environ: { HTTP_PROXY: "of the site's configuration" } },
};`;

const site = useSite({ files, serve: ["--root", "backend/apps", "--lint"] });

describe.each([
  ["lint(application), at the edge", "", () => site.errorLog()],
  ["serve --lint, in the pool", "/pool", () => site.pool.output()],
])("%s", (_where, prefix, log) => {
  it.each(Object.keys(WRONG))("%s broken is a 500, and the log names the rule", async (rule) => {
    const answer = await request(site.socket, `${prefix}/${rule}`);
    expect(answer).toMatchObject({ status: 500, text: "500 Internal Server Error\n" });
    const line = new RegExp(
      `"GET ${prefix}/${rule} HTTP/1.1" Error: the application.* \\(${rule} in docs/contract\\.md\\)`,
    );
    await until("the log", () => line.test(log()));
  });

  it.each<[name: string, text: string, options?: RequestOptions]>([
    ["list", "fine"],
    ["list", "fine1\n2\n", { method: "POST", body: "1\n2\n" }],
    ["written", "fine"],
    ["generator", "fine"],
    ["asynchronous", "fine1\n2\n", { method: "POST", body: "1\n2\n" }],
    ["closed", "fine"],
    ["server", "fine"],
  ])("an application that breaks none answers: %s", async (name, text, options) => {
    const answer = await request(site.socket, `${prefix}/${name}`, options);
    expect(answer).toMatchObject({ status: 200, text });
    expect(answer.headers["content-type"]).toBe("text/plain");
  });

  it("headers, the length of a list, the error log and close() go through", async () => {
    const { headers } = await request(site.socket, `${prefix}/list`);
    expect(headers).toMatchObject({ "set-cookie": ["a=1", "b=2"], "content-length": "4" });
    await request(site.socket, `${prefix}/closed`);
    for (const line of ["the list is fine", "closed is closed"]) await until(line, () => log().includes(line));
  });

  it("the server itself breaks no rule", async () => {
    for (const method of ["GET", "HEAD", "POST", "OPTIONS"])
      await request(site.socket, `${prefix}/list/more?x=%ff`, {
        method,
        headers: { Cookie: ["a", "b"], TE: "trailers" },
      });
    await sleep(1100); // a close() that does not come is missed after a second
    expect(log()).not.toMatch(/(Error:|[0-9a-f]{32}) the server/);
  });
});

describe("serve --lint --root sees what the application sees", () => {
  it("a SCRIPT_NAME that is one once the site has split the path", async () => {
    const vars = get("pool/generator", ["SCRIPT_NAME", "/"], ["DOCUMENT_ROOT", "backend/apps"], ["QUERY_STRING", ""]);
    expect(String(await exchange(site.poolSocket, packet(vars)))).toMatch(/^HTTP\/1.1 200 OK\r\n[^]*\r\n\r\nfine$/);
  });

  it("a key the site's routes have put there", async () => {
    expect(await request(site.socket, "/mounted")).toMatchObject({ status: 500 });
    expect(site.pool.output()).toMatch(/"GET \/mounted HTTP\/1.1" Error: the server .*HTTP_PROXY.* \(E3 in/);
  });
});
