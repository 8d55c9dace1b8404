import { statSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it, onTestFinished } from "vitest";
import { openStats, type Pages } from "../backend/control/stats_server.ts";
import { freePort } from "./free_port.ts";
import { run, startInstance } from "./instance.ts";
import { tempFolder } from "./unit/temp_folder.ts";
import { parseExposition } from "./unit/exposition.ts";
import { until } from "./until.ts";

/** `--stats`: what its readers get, and what those who are none can't do. */

const PAGES: Pages = {
  "/": { type: "application/json", text: async () => '{"all":1}\n' },
  "/metrics": { type: "text/plain; version=0.0.4", text: async () => "up 1\n" },
  "/broken": { type: "text/plain", text: () => Promise.reject(new Error("no such thing")) },
};

async function open(pages = PAGES): Promise<string> {
  const path = join(tempFolder({}), "stats.sock");
  onTestFinished(await openStats(`unix:${path}`, { pages, mode: 0o660 }));
  return path;
}

/** Sends each part, when the one before has had time to arrive, and reads to the end. */
async function say(address: string | number, parts: string[], { endsItsSide = false } = {}): Promise<string> {
  const socket = typeof address === "string" ? connect(address) : connect(address, "127.0.0.1");
  let text = "";
  const ended = new Promise<void>((resolve) => {
    socket.on("data", (data) => (text += String(data))).on("close", () => resolve());
    socket.on("error", () => {});
  });
  for (const [at, part] of parts.entries()) {
    if (at > 0) await sleep(300);
    socket.write(part);
  }
  if (endsItsSide) socket.end();
  await ended;
  return text;
}

const get = (path: string) => `GET ${path} HTTP/1.1\r\nHost: x\r\n\r\n`;

describe("one address", () => {
  it("says the bare JSON up to EOF to a client that says nothing, as uWSGI", async () => {
    const path = await open();
    expect(await say(path, [])).toBe('{"all":1}\n');
    expect(await say(path, [], { endsItsSide: true })).toBe('{"all":1}\n');
  });

  it("says HTTP to a client that does", async () => {
    const path = await open();
    expect(await say(path, [get("/")])).toMatch(
      /^HTTP\/1.1 200 OK\r\n.*Content-Type: application\/json\r\n.*\r\n\r\n\{"all":1\}\n$/s,
    );
    expect(await say(path, [get("/metrics?x=1")])).toMatch(/version=0.0.4\r\n.*\r\n\r\nup 1\n$/s);
    expect(await say(path, ["GET / HTTP/1.0\r\n\r\n"])).toMatch(/ 200 OK\r\n.*\r\n\r\n\{"all":1\}\n$/s);
    expect(await say(path, [get("/").replace("GET", "HEAD")])).toMatch(/Content-Length: 10\r\n.*\r\n\r\n$/s);
  });

  it("waits for the rest of a request that has begun", async () => {
    expect(await say(await open(), ["G", "ET /metrics HTTP/1.1\r\n", "Host: x\r\n\r\n"])).toMatch(/\r\n\r\nup 1\n$/);
  });

  it.each([
    ["/none", 404, "want one of /, /metrics"],
    ["/toString", 404, "want one of /, /metrics"],
    ["/broken", 500, "the error is in njsgi's log"],
  ])("%s is a %d", async (path, status, says) => {
    const answer = await say(await open(), [get(path)]);
    expect(answer).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    expect(answer).toContain(says);
  });

  it("a POST is a 405, what is no HTTP a 400", async () => {
    const path = await open();
    const post = "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\n\r\nx";
    expect(await say(path, [post])).toMatch(/^HTTP\/1.1 405 .*Allow: GET, HEAD\r\n/s);
    expect(await say(path, ["\0\x01\r\n\r\n"])).toMatch(/^HTTP\/1.1 400 /);
    expect(await say(path, [`GET / HTTP/1.1\r\nX: ${"x".repeat(100_000)}`])).toMatch(/^(HTTP\/1.1 431 |$)/);
  });

  it("keeps nobody: half a request and an answer unread end with their connections", async () => {
    const large = { ...PAGES, "/": { type: "text/plain", text: async () => "x".repeat(10_000_000) } };
    const path = await open(large);
    const half = say(path, ["GET / HTTP/1.1\r\n"]);
    const unread = connect(path);
    unread.write(get("/"));
    const closed = new Promise((resolve) => unread.on("error", () => {}).on("close", resolve));
    await sleep(5500); // the time they have
    unread.resume();
    await closed;
    expect(unread.bytesRead).toBeLessThan(10_000_000);
    expect(await half).toBe("");
  }, 10_000);

  it("refuses more than 64 at once, and answers when they are gone", async () => {
    const path = await open();
    const held = Array.from({ length: 64 }, () => connect(path).on("error", () => {}));
    for (const socket of held) socket.write("G");
    await sleep(100);
    expect(await say(path, [get("/")])).toBe("");
    for (const socket of held) socket.destroy();
    await until("an answer", async () => (await say(path, [get("/")])).includes("200 OK"));
  });
});

describe("njsgi serve --stats", () => {
  const APP = {
    "hello.ts": `export function application(environ, start_response) {
  start_response(environ.QUERY_STRING || "200 OK", []);
  return ["hello"];
}`,
  };

  it("has a unix socket with the mode of the pool's", async () => {
    const pool = await startInstance(APP, "--stats", "unix:stats.sock", "--socket-mode", "0600");
    const path = join(pool.folder, "stats.sock");
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(JSON.parse(await say(path, []))).toMatchObject({ pid: pool.pid, workers: [{ id: 1 }] });
    pool.kill("SIGTERM");
    expect(await pool.exited).toBe(0);
    expect(statSync(path, { throwIfNoEntry: false })).toBeUndefined();
  });

  it("counts on when workers are replaced, killed and scaled away", async () => {
    const port = await freePort();
    const pool = await startInstance(APP, "--stats", `127.0.0.1:${port}`);
    const total = async () => {
      const [, text] = (await say(port, [get("/metrics")])).split("\r\n\r\n");
      const { samples } = parseExposition(text!).get("njsgi_requests_total")!;
      return samples.reduce((sum, { value }) => sum + value, 0);
    };
    let asked = 0;
    const ask = async () => {
      for (let n = 0; n < 10; n++) await pool.ask(`/hello`);
      asked += 10;
    };
    await ask();
    await pool.njsgi("reload"); // at once: the last beat has the ten
    await until("the old worker's count", async () => (await total()) === asked);
    await pool.njsgi("scale", "2");
    await ask();
    await pool.njsgi("scale", "1");
    await until("the count of the worker scaled away", async () => (await total()) === asked);
    process.kill((await pool.status()).workers[0]!.pid!, "SIGKILL");
    await ask();
    await until("the new worker's count", async () => (await total()) === asked);
    const stats = JSON.parse(await say(port, []));
    expect(stats.workers).toMatchObject([{ id: 1, respawn_count: 2 }]);
  }, 30_000);

  it.each([
    ["nowhere", 2, '--stats is "nowhere", want unix:/path or host:port'],
    ["127.0.0.1:99999", 1, '--stats 127.0.0.1:99999: bind is "127.0.0.1:99999"'],
    ["unix:/none/stats.sock", 1, "--stats unix:/none/stats.sock: "],
    ["unix:file", 1, "--stats unix:file: bind unix:file: file is there, and is no socket"],
  ])("%s ends it with %d", async (stats, code, says) => {
    const folder = tempFolder({ "apps/hello.ts": APP["hello.ts"] });
    writeFileSync(join(folder, "file"), "");
    const args = ["serve", "--root", "apps", "--bind", "unix:pool.sock", "--workers", "1", "--stats", stats];
    expect(await run(folder, ...args)).toEqual({ code, output: expect.stringContaining(says) });
    expect(statSync(join(folder, "pool.sock"), { throwIfNoEntry: false })).toBeUndefined();
    expect(statSync(join(folder, "file")).isFile()).toBe(true);
  });

  it("a port that is taken ends it with 1", async () => {
    const pool = await startInstance(APP, "--stats", "unix:stats.sock");
    const args = ["--root", "apps", "--bind", "unix:2.sock", "--workers", "1", "--name", "second"];
    const { code, output } = await run(pool.folder, "serve", ...args, "--stats", "unix:stats.sock");
    expect(code).toBe(1);
    expect(output).toContain("--stats unix:stats.sock: ");
    expect(output).toContain(String(pool.pid));
  });
});
