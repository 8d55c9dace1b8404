import { connect } from "node:net";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { startInstance } from "./instance.ts";
import { get, packet } from "./packet.ts";
import { exchange } from "./request.ts";
import { until } from "./until.ts";

/** What `--timeout`, `--max-…` and the like end. */

const HELLO = `export function application(environ, start_response) {
  start_response("200 OK", []);
  return ["hello from ", String(process.pid)];
}`;

describe("--timeout", () => {
  it("a request without an answer is a 504 and its signal fires; the worker and its other requests live", async () => {
    const pool = await startInstance(
      {
        "hello.ts": HELLO,
        "never.ts": `export function application(environ, start_response) {
          environ["njsgi.signal"].addEventListener("abort", () => environ["wsgi.errors"].write("aborted"));
          return new Promise((resolve) => setTimeout(() => {
            start_response("200 OK", []);
            resolve(["late"]);
          }, 3000));
        }`,
      },
      "--timeout",
      "1",
    );
    const before = Date.now();
    expect(await pool.ask("/never")).toMatch(/^HTTP\/1.1 504 Gateway Timeout\r\n[^]*\r\n\r\n504 Gateway Timeout\n$/);
    expect(Date.now() - before).toBeGreaterThan(1000);
    expect(pool.output()).toMatch(/"GET \/never HTTP\/1.1" no answer in 1\.\d s/);
    await until("its signal to fire", () => pool.output().includes("aborted")); // it does when the answer is out
    await until("the late answer to be made", () => Date.now() - before > 3500);
    expect(await pool.ask("/hello")).toContain("hello");
    expect(pool.output()).not.toContain("takes its place");
  });

  it("a response that has begun goes on", async () => {
    const pool = await startInstance(
      {
        "stream.ts": `export async function* application(environ, start_response) {
          start_response("200 OK", []);
          for (let n = 0; n < 5; n++) {
            yield "tick ";
            await new Promise((resolve) => setTimeout(resolve, 500));
          }
        }`,
      },
      "--timeout",
      "1",
    );
    expect(await pool.ask("/stream")).toMatch(/tick tick tick tick tick $/);
  });

  it("a worker that is stuck is killed and replaced, and the log says where it was, at what request", async () => {
    const pool = await startInstance(
      {
        "hello.ts": HELLO,
        "spin.ts": `function spin(): never {
  for (;;);
}
export function application() { spin(); }`,
      },
      "--trace",
      "--timeout",
      "1",
    );
    expect(await pool.ask("/spin").catch(() => "")).toBe("");
    expect(await pool.ask("/hello")).toContain("hello");
    expect(pool.output()).toMatch(/worker \d+ is stuck for \d\.\d s and killed\n {2}\S* "GET \/spin HTTP\/1.1" for/);
    expect(pool.output()).toMatch(/at spin \(file:.*\/apps\/spin\.ts:2:\d+\)/);
  });
});

describe("a worker is replaced", () => {
  it.each<[what: string, args: string[], says: RegExp]>([
    [
      "after --max-requests",
      ["--max-requests", "10"],
      /worker \d+ has answered \d\d requests, another one takes its place/,
    ],
    ["after --max-lifetime", ["--max-lifetime", "2"], /worker \d+ is 2 s old, another one takes its place/],
    ["above --max-memory", ["--max-memory", "10m"], /worker \d+ has \d+ bytes of memory, --max-memory is 10485760/],
  ])("%s, when its successor is ready", async (_what, args, says) => {
    const pool = await startInstance({ "hello.ts": HELLO }, ...args);
    const seen = new Set<string>();
    await until("another worker to answer", async () => {
      const answer = await pool.ask("/hello");
      expect(answer).toContain("hello from");
      return seen.add(answer.split(" ").at(-1)!).size > 1;
    });
    expect(pool.output()).toMatch(says);
  });
});

describe("--max-body and --max-header", () => {
  it("a larger body is a 413, and no application's", async () => {
    const pool = await startInstance({ "hello.ts": HELLO }, "--max-body", "1k");
    const post = (bytes: number) =>
      exchange(
        join(pool.folder, "pool.sock"),
        packet(get("/hello", ["CONTENT_LENGTH", String(bytes)]), Buffer.alloc(bytes)),
      ).then(String);
    expect(await post(1024)).toContain("hello");
    expect(await post(1025)).toMatch(/^HTTP\/1.1 413 Content Too Large\r\n/);
    expect(pool.output()).toContain("a request body of 1025 bytes is more than --max-body");
  });

  it("a larger packet is no request", async () => {
    const pool = await startInstance({ "hello.ts": HELLO }, "--max-header", "1k");
    const ask = (bytes: number) =>
      exchange(join(pool.folder, "pool.sock"), packet(get("/hello", ["HTTP_X", "x".repeat(bytes)]))).then(String);
    expect(await ask(500)).toContain("hello");
    expect(await ask(1000)).toBe("");
    expect(pool.output()).toMatch(/invalid request block size: \d+ \(max 1024\)\.\.\.skip/);
  });
});

describe("--concurrency", () => {
  it("requests beyond it wait for their turn, and one whose client went meanwhile is not begun", async () => {
    const pool = await startInstance(
      {
        "turn.ts": `let now = 0;
        export async function application(environ, start_response) {
          const most = ++now;
          environ["wsgi.errors"].write("begun " + environ.QUERY_STRING);
          await new Promise((resolve) => setTimeout(resolve, 300));
          now--;
          start_response("200 OK", []);
          return [String(most)];
        }`,
      },
      "--concurrency",
      "2",
    );
    const gone = connect(join(pool.folder, "pool.sock"));
    const answers = Promise.all(Array.from({ length: 6 }, () => pool.ask("/turn")));
    await until("two to be begun", () => pool.output().split("begun").length > 2);
    // As nginx: closed, not first half closed, after which a unix socket tells no more.
    gone.write(packet(get("/turn", ["QUERY_STRING", "gone"])), () => gone.destroy());
    for (const answer of await answers) expect(answer).toMatch(/\r\n\r\n[12]$/);
    expect(pool.output()).not.toContain("begun gone");
  });
});

describe("--backlog", () => {
  it("says so where the kernel holds fewer", async () => {
    const pool = await startInstance({ "hello.ts": HELLO }, "--backlog", "65535");
    expect(pool.output()).toMatch(/--backlog is 65535, the kernel holds \d+: raise net\.core\.somaxconn/);
  });
});
