import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { get } from "node:http";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { freePort } from "./free_port.ts";
import { type Program, runProgram } from "./program.ts";
import { PROJECT } from "./site.ts";
import { ask, comparable, type Got, type Sent, type Side, SIDES } from "./two_servers.ts";
import { until } from "./until.ts";
import { useSite } from "./use_site.ts";

/** test/next, a Next.js application as `next build` leaves it: by `njsgi serve`, and by `node` behind proxy_pass. */

const FOLDER = join(PROJECT, "test/next");
const SERVER = join(FOLDER, ".next/standalone/server.js");

// Both have these: what Next.js takes for its address is in each request.url.
process.env.HOSTNAME = "127.0.0.1";
process.env.PORT = String(await freePort());
const ports: Record<Side, number> = { uwsgi: await freePort(), proxy: await freePort() };

const PROXY = `location @next { proxy_pass http://127.0.0.1:${process.env.PORT}; proxy_http_version 1.1; proxy_buffering off;
  proxy_set_header Host $http_host; proxy_set_header X-Real-IP $remote_addr;
  proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for; proxy_set_header X-Forwarded-Proto $scheme; }`;

const DOCS = readFileSync(join(PROJECT, "docs/next.md"), "utf8");

/** nginx.conf with the lines of docs/next.md, once as they are and once with proxy_pass in uwsgi_pass's place. */
function conf(shipped: string, folder: string): string {
  const [, upstream, locations] = /```nginx\n# in http \{\}\n([^]*?)# in server \{\}\n([^]*?)```/.exec(DOCS)!;
  const server = (side: Side, text: string) => `server { listen 127.0.0.1:${ports[side]}; ${text} }`;
  const added = [
    upstream!,
    server("uwsgi", locations!),
    server("proxy", locations!.replace(/location @next \{[^]*?\n\}/, PROXY)),
  ]
    .join("\n")
    .replaceAll("/srv/shop", FOLDER)
    .replaceAll("/run/shop.sock", `${folder}/.run/njsgi.sock`)
    .replaceAll("include uwsgi_params", "include /etc/nginx/uwsgi_params");
  // nginx reads the checkout, which may lie in a folder that only root gets into.
  return shipped.replace("user www-data;", "user root;").replace(/\}\s*$/, `${added}\n}`);
}

beforeAll(() => void execFileSync("sh", [join(FOLDER, "build.sh")], { stdio: "inherit" }), 180_000);
const site = useSite({ files: {}, conf, workers: 2, serve: [SERVER, "--access-log", "-"] });

let node: Program;
beforeAll(async () => {
  node = runProgram(process.execPath, [SERVER], { cwd: site.folder, log: join(site.folder, ".run/node.log") });
  await node.printed("Ready in");
});
afterAll(() => node?.stop());

async function both(sent: Sent): Promise<Got> {
  const [uwsgi, proxy] = await Promise.all(
    SIDES.map(async (side) => {
      const got = comparable(await ask(ports[side], sent));
      return { ...got, body: got.body.replaceAll(/"[\w-]{21}([vm])"/g, '"$1"') }; // what the router gets has random keys
    }),
  );
  expect(uwsgi).toEqual(proxy);
  return uwsgi!;
}

describe("over uwsgi as behind proxy_pass", () => {
  const json = ["Content-Type", "application/json"];
  it.each<[what: string, sent: Sent, status: number, has: string]>([
    ["a page", { path: "/?name=you", headers: ["Cookie", "visitor=Ann"] }, 200, "<h1>Hello <!-- -->you<!-- -->!</h1>"],
    ["a page to HEAD", { path: "/", method: "HEAD" }, 200, "x-powered-by: Next.js"],
    ["a page, compressed", { path: "/", headers: ["Accept-Encoding", "gzip"] }, 200, "\x1f\x8b"],
    ["a page made at build", { path: "/form" }, 200, "<button>Save</button>"],
    ["a page for the router", { path: "/?_rsc", headers: ["RSC", "1"] }, 200, '"children":"nobody"'],
    ["the way there", { path: "/", headers: ["RSC", "1"] }, 307, "location: /?_rsc"],
    ["a dynamic route", { path: "/items/a%20%C3%A9" }, 200, "Item <!-- -->a \u00c3\u00a9"],
    ["a suspended page", { path: "/slow" }, 200, "<p>Late</p>"],
    ["notFound()", { path: "/items/none" }, 404, "There is no such page."],
    ["no such page", { path: "/none/at/all" }, 404, "There is no such page."],
    ["redirect()", { path: "/old" }, 307, "location: /items/1"],
    ["a redirect of proxy.ts", { path: "/moved" }, 307, "location: /items/2"],
    ["GET of a route handler", { path: "/api?a=1", headers: ["Cookie", "c=3; d=4"] }, 200, '{"name":"c","value":"3"}'],
    [
      "POST of one",
      { path: "/api", method: "POST", headers: json, body: '{"caf\u00e9":1}' },
      201,
      '{"caf\u00c3\u00a9":1}',
    ],
    ["what it has no method for", { path: "/api", method: "PUT" }, 405, ""],
    ["a streaming one", { path: "/api/stream" }, 200, "piece 0\npiece 1\npiece 2\npiece 3\n"],
  ])("answers %s", async (_what, sent, status, has) => {
    const { status: got, headers, body } = await both(sent);
    expect(got).toBe(status);
    expect([...headers, body].join("\n")).toContain(has);
  });

  it("runs a server action", async () => {
    const [, id] = /name="(\$ACTION_ID_\w+)"/.exec((await both({ path: "/form" })).body)!;
    const form = new FormData();
    form.set(id!, "");
    form.set("name", "Ann");
    const encoded = new Response(form);
    const headers = ["Content-Type", encoded.headers.get("content-type")!, "Origin", "http://site.test"];
    const got = await both({ path: "/form", method: "POST", headers, body: await encoded.bytes() });
    expect(got.status).toBe(303);
    expect(got.headers).toContain("set-cookie: visitor=Ann; Path=/");
  });
});

it.each([
  ["/api/stream", "piece 0", "piece 3"],
  ["/slow", "<p>Wait</p>", "<p>Late</p>"],
])("%s arrives in pieces", async (path, early, late) => {
  const text = await new Promise<{ first: string; all: string }>((resolve, reject) => {
    get({ host: "127.0.0.1", port: ports.uwsgi, path, agent: false }, (incoming) => {
      let first = "";
      let all = "";
      incoming.on("data", (chunk) => (all += String(chunk)));
      incoming.once("data", () => (first = all));
      incoming.on("end", () => resolve({ first, all })).on("error", reject);
    }).on("error", reject);
  });
  expect(text.first).toContain(early);
  expect(text.first).not.toContain(late);
  expect(text.all).toContain(late);
});

it("nginx alone answers for what lies in files", async () => {
  const chunk = /"\/_next\/static\/([^"]+\.js)"/.exec((await ask(ports.uwsgi, { path: "/" })).body)![1]!;
  const script = await ask(ports.uwsgi, { path: `/_next/static/${chunk}` });
  expect(script.status).toBe(200);
  expect(script.headers).toContain("cache-control: public, max-age=31536000, immutable");
  expect(script.body).toBe(readFileSync(join(FOLDER, ".next/static", chunk), "latin1"));
  expect((await ask(ports.uwsgi, { path: "/_next/static/none.js" })).status).toBe(404);
  expect((await ask(ports.uwsgi, { path: "/robots.txt" })).body).toContain("User-agent");
  await ask(ports.uwsgi, { path: "/none/of/both" });
  await site.pool.printed("GET /none/of/both");
  expect(site.pool.output()).not.toMatch(/GET \/(_next\/static|robots)/);
});

it("a reload loses no request, nor what after() has left to do", async () => {
  const paths = ["/", "/api/stream", "/slow", "/later", "/items/1"];
  const whole = await Promise.all(paths.map((path) => ask(ports.uwsgi, { path })));
  const failures: string[] = [];
  const run = { sent: 0, isOver: false };
  async function client(at: number): Promise<void> {
    for (let i = at; !run.isOver; i = (i + 1) % paths.length, run.sent++) {
      const { status, body } = await ask(ports.uwsgi, { path: paths[i]! });
      if (status !== 200 || body !== whole[i]!.body) failures.push(`${paths[i]}: ${status} ${body}`);
    }
  }
  const clients = paths.map((_, at) => client(at));
  for (let reload = 1; reload <= 2; reload++) {
    site.pool.kill("SIGHUP");
    await until(`reload ${reload}`, () => site.pool.output().split(": reloaded\n").length > reload, 30);
  }
  run.isOver = true;
  await Promise.all(clients);
  expect(failures).toEqual([]);
  const count = (text: string) => site.pool.output().split(text).length - 1;
  await until("what is left to do", () => count("done after the answer") === count("GET /later"));
  console.log(`${run.sent} requests, ${count("GET /later")} with work left behind`);
  expect(site.pool.output()).not.toMatch(/killed|process\.exit/);
});
