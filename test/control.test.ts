import { statSync } from "node:fs";
import { connect } from "node:net";
import { basename } from "node:path";
import { describe, expect, it } from "vitest";
import { findControlPath } from "../backend/control/runtime_folder.ts";
import { type Instance, run, startInstance } from "./instance.ts";
import { until } from "./until.ts";

/** The control socket's commands, and the signals: docs/signals.md. */

const HELLO = `export function application(environ, start_response) {
  start_response("200 OK", []);
  return ["hello from ", String(process.pid)];
}`;

const STREAM = `export async function* application(environ, start_response) {
  start_response("200 OK", []);
  yield "first ";
  await new Promise((resolve) => setTimeout(resolve, 1500));
  yield "last";
}`;

const pids = async (pool: Instance) => (await pool.status()).workers.map(({ pid }) => pid);

describe("njsgi status", () => {
  it("shows each worker, what it did and how it is", async () => {
    const pool = await startInstance({ "hello.ts": HELLO }, "--workers", "2");
    for (let n = 0; n < 5; n++) expect(await pool.ask("/hello")).toContain("hello from");
    await pool.ask("/none");
    await until("the beats to say so", async () => {
      const { workers } = await pool.status();
      return workers.reduce((sum, { requests }) => sum + requests, 0) === 6;
    });
    const { name, pid, addresses, workers } = await pool.status();
    expect({ name, pid, addresses }).toEqual({
      name: basename(pool.folder),
      pid: pool.pid,
      addresses: [{ address: `unix:${pool.folder}/pool.sock`, queued: 0 }],
    });
    expect(workers.map(({ index }) => index)).toEqual([1, 2]);
    for (const worker of workers) {
      expect(worker).toMatchObject({ state: "ready", inFlight: 0, errors: 0, restarts: 0 });
      expect(worker.rssBytes).toBeGreaterThan(2 ** 24);
      expect(worker.requests === 0 || worker.p50Ms! > 0).toBe(true);
    }
    const { code, output } = await pool.njsgi("status");
    expect(code).toBe(0);
    expect(output).toMatch(/# +pid +state +requests/);
    expect(output).toContain(` ${workers[0]!.pid}  ready`);
  });

  it("says so where no such instance runs, or it runs no more", async () => {
    expect(await run("/", "status", "--name", "none")).toEqual({
      code: 1,
      output: expect.stringContaining('no instance named "none" runs here'),
    });
  });
});

describe("the control socket", () => {
  it("is its owner's alone, and goes with the instance", async () => {
    const pool = await startInstance({ "hello.ts": HELLO });
    const path = findControlPath(basename(pool.folder))!;
    expect(statSync(path).mode & 0o777).toBe(0o600);
    pool.kill("SIGTERM");
    await pool.exited;
    expect(findControlPath(basename(pool.folder))).toBeUndefined();
  });

  it.each([
    ["no JSON", "nothing\n", "JSON"],
    ["no command", "{}\n", 'no command "undefined"'],
    ["another's method", '{"command":"toString"}\n', 'no command "toString"'],
    ["a number that is none", '{"command":"scale","operand":"all"}\n', 'scale is told "all", want a whole number'],
    ["no worker", '{"command":"trace","operand":"9"}\n', "there is no worker 9"],
  ])("answers %s with an error, and takes the next line", async (_what, line, says) => {
    const pool = await startInstance({ "hello.ts": HELLO });
    const path = findControlPath(basename(pool.folder))!;
    const socket = connect(path, () => socket.end(`${line}{"command":"status"}\n`));
    const [first, second] = Buffer.concat(await socket.toArray())
      .toString()
      .trim()
      .split("\n");
    expect(JSON.parse(first!)).toEqual({ error: expect.stringContaining(says) });
    expect(JSON.parse(second!)).toMatchObject({ result: { pid: pool.pid } });
  });

  it("a client that goes amid a line does no harm", async () => {
    const pool = await startInstance({ "hello.ts": HELLO });
    const path = findControlPath(basename(pool.folder))!;
    for (const bytes of ['{"comm', '{"command":"reload"}\n']) connect(path).end(bytes).destroySoon();
    expect(await pool.ask("/hello")).toContain("hello");
  });
});

describe("njsgi and the signals", () => {
  it.each<[how: string, order: (pool: Instance) => unknown]>([
    ["njsgi reload", (pool) => pool.njsgi("reload")],
    ["SIGHUP", (pool) => pool.kill("SIGHUP")],
  ])("%s replaces the workers", async (_how, order) => {
    const pool = await startInstance({ "hello.ts": HELLO }, "--workers", "2");
    const before = await pids(pool);
    await order(pool);
    await until("both to be others", async () => {
      const after = await pids(pool);
      return after.length === 2 && after.every((pid) => !before.includes(pid));
    });
    expect(await pool.ask("/hello")).toContain("hello");
  });

  it("njsgi scale, SIGTTIN and SIGTTOU change their number, never below 1", async () => {
    const pool = await startInstance({ "hello.ts": HELLO });
    const are = (count: number) => until(`${count} workers`, async () => (await pids(pool)).length === count);
    const [first] = await pids(pool);
    expect((await pool.njsgi("scale", "3")).code).toBe(0);
    await are(3);
    pool.kill("SIGTTIN");
    await are(4);
    pool.kill("SIGTTOU");
    await are(3);
    await pool.njsgi("scale", "1");
    await are(1);
    pool.kill("SIGTTOU");
    pool.kill("SIGUSR2"); // answered after it
    await until("the status in the log", () => pool.output().includes('"workers":[{"index":1'));
    expect(await pids(pool)).toEqual([first]);
    expect(await pool.njsgi("scale", "0")).toEqual({ code: 1, output: expect.stringContaining('scale is told "0"') });
  });

  it.each<[how: string, order: (pool: Instance) => unknown]>([
    ["njsgi stop", (pool) => pool.njsgi("stop")],
    ["SIGTERM", (pool) => pool.kill("SIGTERM")],
    ["SIGINT", (pool) => pool.kill("SIGINT")],
  ])("%s ends it gracefully", async (_how, order) => {
    const pool = await startInstance({ "stream.ts": STREAM });
    const answer = pool.ask("/stream");
    await until("it to be at work", async () => (await pool.status()).workers[0]!.inFlight === 1);
    await order(pool);
    expect(await answer).toMatch(/first last$/);
    expect(await pool.exited).toBe(0);
  });

  it.each<[how: string, order: (pool: Instance) => unknown]>([
    ["SIGQUIT", (pool) => pool.kill("SIGQUIT")],
    [
      "a second SIGINT, more than a second later",
      async (pool) => {
        pool.kill("SIGINT");
        await new Promise((resolve) => setTimeout(resolve, 1100));
        pool.kill("SIGINT");
      },
    ],
  ])("%s ends it at once", async (_how, order) => {
    const pool = await startInstance({
      "never.ts": `export function application(environ, start_response) { return new Promise(() => {}); }`,
    });
    const answer = pool.ask("/never").catch(() => "");
    await until("it to be at work", async () => (await pool.status()).workers[0]!.inFlight === 1);
    await order(pool);
    expect(await pool.exited).toBe(0);
    expect(await answer).toBe("");
  });
});

describe("njsgi trace", () => {
  it("says where a worker is, and that another does nothing", async () => {
    const pool = await startInstance(
      {
        "hello.ts": HELLO,
        "spin.ts": `interface Types { are: "stripped" }

function spin(): void {
  for (;;);
}
export function application(): void {
  spin();
}`,
      },
      "--workers",
      "2",
      "--trace",
    );
    const spinning = pool.ask("/spin").catch(() => "");
    await until("it to spin", async () => (await pool.njsgi("trace")).output.includes("GET /spin"));
    const { code, output } = await pool.njsgi("trace");
    expect(code).toBe(0);
    expect(output).toMatch(
      /^ {2}\S* "GET \/spin HTTP\/1.1" for \d+\.\d s\n {4}at spin \(file:.*\/apps\/spin\.ts:4:\d+\)$/m,
    );
    expect(output).toMatch(/at application \(file:.*\/apps\/spin\.ts:7:3\)/);
    expect(output).toContain("    idle");
    pool.kill("SIGQUIT");
    await spinning;
  });

  it("is refused where it is off", async () => {
    const pool = await startInstance({ "hello.ts": HELLO });
    expect((await pool.njsgi("trace")).output).toContain("runs without --trace");
  });
});

describe("--pid", () => {
  it("is the master's while it runs", async () => {
    const pool = await startInstance({ "hello.ts": HELLO }, "--pid", "pid");
    await expect.poll(() => statSync(`${pool.folder}/pid`).size).toBeGreaterThan(0);
    pool.kill("SIGTERM");
    await pool.exited;
    expect(() => statSync(`${pool.folder}/pid`)).toThrow("ENOENT");
  });
});
