import { readFileSync, rmSync } from "node:fs";
import { connect, type Socket } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it, vi } from "vitest";
import { children } from "./children.ts";
import { freePort } from "./free_port.ts";
import { startInstance } from "./instance.ts";
import { get, packet } from "./packet.ts";
import { runProgram } from "./program.ts";
import { exchange } from "./request.ts";
import { PROJECT } from "./site.ts";
import { until } from "./until.ts";

/** What ends or floods a whole worker, and that the others' requests do not suffer. docs/faults.md has the figures. */

const HELLO = `export function application(environ, start_response) {
  start_response("200 OK", []);
  return ["hello from ", String(process.pid)];
}`;

describe("a worker that ends is replaced, and the log says how it ended", () => {
  it("by V8's heap limit", async () => {
    vi.stubEnv("NODE_OPTIONS", "--max-old-space-size=64");
    const oom = "export function application() { for (const all = []; ; ) all.push(new Array(1e5).fill({})); }";
    const pool = await startInstance({ "hello.ts": HELLO, "oom.ts": oom });
    vi.unstubAllEnvs();
    const [worker] = children(pool.pid);
    expect(await pool.ask("/oom").catch(() => "")).toBe("");
    expect(await pool.ask("/hello")).toContain("hello");
    expect(pool.output()).toContain("JavaScript heap out of memory");
    expect(pool.output()).toContain(`worker ${worker} ended with 134 (SIGABRT), another one takes its place`);
  });

  it("by process.exit() in an application, and where that was called", async () => {
    const exits = 'export function application(environ) {\n  if (environ.PATH_INFO === "") process.exit(3);\n}';
    const pool = await startInstance({ "hello.ts": HELLO, "exits.ts": exits });
    const [worker] = children(pool.pid);
    expect(await pool.ask("/exits").catch(() => "")).toBe("");
    expect(await pool.ask("/hello")).toContain("hello");
    expect(pool.output()).toMatch(/process\.exit\(3\) was called\n[^]*exits\.ts:2:\d+/);
    expect(pool.output()).toContain(`worker ${worker} ended with 3, another one takes its place`);
    pool.kill("SIGTERM");
    await pool.exited;
    expect(pool.output()).not.toContain("process.exit(0)");
  });
});

it("a log on a full disk loses lines, and no request, worker or order", async () => {
  const { folder } = await startInstance({
    "hello.ts": HELLO,
    "throws.ts": 'export function application() { console.log("x"); process.stdout.write("x"); throw new Error("x"); }',
  });
  const args = [join(PROJECT, "backend/njsgi.js"), "serve", "--root", "apps", "--bind", "unix:full.sock"];
  const full = runProgram(process.execPath, [...args, "--workers", "1", "--name", "full"], {
    cwd: folder,
    log: "/dev/full",
  });
  const ask = (path: string) => exchange(join(folder, "full.sock"), packet(get(path))).then(String, () => "");
  try {
    await until("it to answer", async () => (await ask("/hello")).includes("hello"));
    const [worker] = children(full.pid);
    for (let asked = 0; asked < 3; asked++) expect(await ask("/throws")).toContain("500 Internal");
    expect(await ask("/hello")).toContain(`hello from ${worker}`);
    full.kill("SIGHUP");
    await until("a reload", () => children(full.pid).length === 1 && children(full.pid)[0] !== worker);
    expect(await ask("/hello")).toContain("hello");
    full.kill("SIGTERM");
    expect(await full.exited).toBe(0);
  } finally {
    await full.stop("SIGKILL");
  }
});

it("a deleted socket file is told in the log, once, and nothing else ends", async () => {
  const pool = await startInstance({ "hello.ts": HELLO });
  const workers = children(pool.pid);
  const said = () => pool.output().split("pool.sock is deleted or another's").length - 1;
  await until("the master to have looked", async () => (await pool.status()).workers[0]!.beatSeconds < 1);
  expect(said()).toBe(0);
  rmSync(join(pool.folder, "pool.sock"));
  await until("the log to say so", () => said() > 0);
  await sleep(1200); // two more looks
  expect(said()).toBe(1);
  expect(children(pool.pid)).toEqual(workers);
  expect((await pool.njsgi("stop")).code).toBe(0);
  expect(await pool.exited).toBe(0);
});

/** All at once. */
function connectAll(count: number, address: { path: string } | { port: number }): Promise<(Socket | undefined)[]> {
  return Promise.all(
    Array.from({ length: count }, () => {
      return new Promise<Socket | undefined>((resolve) => {
        const socket = connect({ ...address, host: "127.0.0.1" }, () => resolve(socket));
        socket.on("error", () => resolve(undefined));
      });
    }),
  );
}

/** Resolves when all has come, to whether it was an answer. */
async function isAnswered(socket: Socket): Promise<boolean> {
  let text = "";
  socket.on("data", (chunk: Buffer) => (text += String(chunk))).write(packet(get("/hello")));
  await new Promise((resolve) => socket.on("close", resolve));
  return text.includes("hello from");
}

const rssBytes = (pid: number) => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))![1]) * 1024;

it("10,000 idle connections keep nobody waiting, and are closed after 10 s", { timeout: 60_000 }, async () => {
  const pool = await startInstance({ "hello.ts": HELLO });
  const [worker] = children(pool.pid);
  const path = join(pool.folder, "pool.sock");
  const rssBefore = rssBytes(worker!);
  const sockets: Socket[] = [];
  // In parts, each less than the backlog: what they are is idle, not a burst.
  for (let part = 0; part < 10; part++) {
    sockets.push(...(await connectAll(1000, { path })).filter((socket) => socket !== undefined));
    await pool.ask("/hello");
  }
  expect(sockets).toHaveLength(10_000);
  const closed = Promise.all(sockets.map((socket) => new Promise((resolve) => socket.on("close", resolve))));
  const rssWith = rssBytes(worker!);
  const times: number[] = [];
  for (let asked = 0; asked < 100; asked++) {
    const from = performance.now();
    expect(await pool.ask("/hello")).toContain(`hello from ${worker}`);
    times.push(performance.now() - from);
  }
  const median = times.sort((a, b) => a - b)[50]!;
  const megabytes = (rssWith - rssBefore) / 2 ** 20;
  for (const socket of sockets) socket.resume();
  await closed;
  console.log(`10,000 idle connections: ${megabytes.toFixed(0)} MB, an answer takes ${median.toFixed(1)} ms meanwhile`);
  expect(megabytes).toBeLessThan(150);
  expect(median).toBeLessThan(100);
  expect(await pool.ask("/hello")).toContain(`hello from ${worker}`);
});

describe("a burst of 5,000 connects", () => {
  it("is answered, all of it, by workers that run", async () => {
    const pool = await startInstance({ "hello.ts": HELLO }, "--workers", "2");
    const from = performance.now();
    const sockets = await connectAll(5000, { path: join(pool.folder, "pool.sock") });
    const held = sockets.filter((socket) => socket !== undefined);
    const answered = (await Promise.all(held.map(isAnswered))).filter(Boolean).length;
    console.log(`5,000 connects at once: ${answered} answered in ${Math.round(performance.now() - from)} ms`);
    expect(answered).toBe(held.length);
    expect(answered).toBeGreaterThan(4096);
  });

  /** The kernel's own cap. */
  const backlog = Math.min(4096, Number(readFileSync("/proc/sys/net/core/somaxconn", "utf8")));

  it("on workers that stand still: a unix socket holds its backlog and refuses the others at once", async () => {
    const pool = await startInstance({ "hello.ts": HELLO });
    const [worker] = children(pool.pid);
    process.kill(worker!, "SIGSTOP");
    const sockets = await connectAll(5000, { path: join(pool.folder, "pool.sock") });
    const held = sockets.filter((socket) => socket !== undefined);
    const status = await pool.status();
    const answers = Promise.all(held.map(isAnswered));
    process.kill(worker!, "SIGCONT");
    expect((await answers).every(Boolean)).toBe(true);
    expect(held.length).toBe(backlog + 1);
    expect(status.addresses[0]!.queued).toBe(backlog + 1);
  });

  it("on workers that stand still: a port makes the others wait, and loses none", { timeout: 60_000 }, async () => {
    const port = await freePort();
    const pool = await startInstance({ "hello.ts": HELLO }, "--bind", `127.0.0.1:${port}`);
    const [worker] = children(pool.pid);
    process.kill(worker!, "SIGSTOP");
    const from = performance.now();
    const sockets = connectAll(5000, { port });
    await sleep(500);
    process.kill(worker!, "SIGCONT");
    const held = (await sockets).filter((socket) => socket !== undefined);
    const answered = (await Promise.all(held.map(isAnswered))).filter(Boolean).length;
    console.log(
      `5,000 connects to a port, 0.5 s closed: ${answered} answered in ${Math.round(performance.now() - from)} ms`,
    );
    expect(answered).toBe(5000);
  });
});
