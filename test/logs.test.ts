import { spawn } from "node:child_process";
import { chmodSync, openSync, readFileSync, renameSync, statSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { children } from "./children.ts";
import { type Instance, run, startInstance } from "./instance.ts";
import { get, packet } from "./packet.ts";
import { exchange } from "./request.ts";
import { PROJECT } from "./site.ts";
import { tempFolder } from "./unit/temp_folder.ts";
import { until } from "./until.ts";

const HELLO = `export function application(environ, start_response) {
  start_response("200 OK", [["Content-Type", "text/plain"]]);
  return ["hello ", environ.QUERY_STRING];
}`;
const FAILS = `export function application() { throw new Error("thrown by fails"); }`;

const ID = "0123456789abcdef0123456789abcdef";
const ask = (pool: Instance, path: string, ...vars: [string, string][]) =>
  exchange(
    join(pool.folder, "pool.sock"),
    packet(get(path, ["REQUEST_ID", ID], ["REMOTE_ADDR", "127.0.0.1"], ...vars)),
  );
const lines = (file: string) => readFileSync(file, "utf8").split("\n").slice(0, -1);

/** A pool with both logs in files, and what they say by now. */
async function withFiles(files: Record<string, string>, ...args: string[]) {
  const pool = await startInstance(files, "--access-log", "access.log", "--error-log", "error.log", ...args);
  const access = join(pool.folder, "access.log");
  const error = join(pool.folder, "error.log");
  return { pool, access, error, accessLines: () => lines(access), errorText: () => readFileSync(error, "utf8") };
}

describe("the access log", () => {
  it.each([
    [
      "uwsgi",
      /^\[pid: \d+\|app: 0\|req: 1\] 127\.0\.0\.1 \(\) \[.*\] GET \/hello => generated 6 bytes in \d+ msecs \(HTTP\/1\.1 200\) 0123/,
    ],
    ["combined", /^127\.0\.0\.1 - - \[.*\] "GET \/hello HTTP\/1\.1" 200 6 "-" "agent \\x22\\x0A\\xE9" 0123/],
    ["json", /^\{.*"uri":"\/hello",.*"status":200,"bytes":6,.*"user_agent":"agent .*"worker":1,"pid":\d+\}$/],
  ])("%s: a line a request", async (format, first) => {
    const { pool, accessLines } = await withFiles({ "hello.ts": HELLO, "fails.ts": FAILS }, "--log-format", format);
    await ask(pool, "/hello", ["HTTP_USER_AGENT", 'agent "\n\xe9']);
    await ask(pool, "/fails");
    await until("both lines", () => accessLines().length === 2);
    expect(accessLines()[0]).toMatch(first);
    // our own answer's bytes
    expect(accessLines()[1]).toMatch(/500.* 26 |generated 26 bytes.*500|"status":500,"bytes":26/);
  });

  it("has every request when the pool has ended gracefully", async () => {
    const { pool, accessLines } = await withFiles({ "hello.ts": HELLO }, "--workers", "2");
    await Promise.all(Array.from({ length: 200 }, () => ask(pool, "/hello")));
    pool.kill("SIGTERM");
    await pool.exited;
    expect(accessLines()).toHaveLength(200);
  });

  it("is standard output with -", async () => {
    const pool = await startInstance({ "hello.ts": HELLO }, "--access-log", "-");
    await ask(pool, "/hello");
    await until("the line", () => pool.output().includes("GET /hello => generated 6 bytes"));
  });
});

describe("the error log", () => {
  it("has an application's error once, with its stack and the request's id", async () => {
    const { pool, errorText } = await withFiles({ "fails.ts": FAILS });
    await ask(pool, "/fails");
    expect(errorText()).toMatch(
      /^\d{4}-\d\d-\d\dT[\d:.]+Z njsgi\[\d+\] worker 1: 0123\w* "GET \/fails HTTP\/1\.1" Error: thrown by fails\n {4}at application \(.*fails\.ts:1:/m,
    );
    expect(errorText().split("thrown by fails")).toHaveLength(2);
    expect(pool.output()).not.toContain("thrown by fails");
  });

  it("has it as one object in JSON", async () => {
    const { pool, error } = await withFiles({ "fails.ts": FAILS }, "--log-format", "json");
    await ask(pool, "/fails");
    expect(lines(error).map((line) => JSON.parse(line) as object)).toEqual([
      expect.objectContaining({
        level: "error",
        worker: 1,
        id: ID,
        request: "GET /fails HTTP/1.1",
        message: "Error: thrown by fails",
        stack: expect.stringMatching(/^Error: thrown by fails\n {4}at application/) as string,
      }),
    ]);
  });

  it("no request begins a line in it", async () => {
    const says = `export function application(environ) { throw new Error(environ.HTTP_X); }`;
    const { pool, error } = await withFiles({ "says.ts": says });
    const forged = "x\n2026-01-01T00:00:00.000Z njsgi[1]: forged";
    const vars = get("/says", ["REQUEST_ID", forged], ["HTTP_X", forged]).map(([name, value]): [string, string] => [
      name,
      name === "REQUEST_URI" ? forged : value,
    ]);
    await exchange(join(pool.folder, "pool.sock"), packet(vars));
    expect(lines(error).filter((line) => line.includes("forged"))).toHaveLength(2);
    expect(lines(error).filter((line) => line.startsWith("2026-01-01"))).toEqual([]);
  });

  it("has what applications print, as lines of their worker's", async () => {
    const prints = `import { Worker } from "node:worker_threads";
      export function application(environ, start_response) {
        console.log("two\\nlines");
        process.stdout.write("one ");
        process.stdout.write(Buffer.from("in p\\xc3", "latin1"));
        process.stdout.write(Buffer.from("\\xa4rts\\nan", "latin1"), () => process.stdout.write(" end\\n"));
        console.error(new Error("printed"));
        process.stderr.write(Buffer.from([0xff, 0x1b, 0x0a]));
        process.stdout.write("6869210a", "hex");
        new Worker("console.log('from a thread')", { eval: true });
        process.stdout.write("x".repeat(70000));
        start_response("200 OK", []);
        return [];
      }`;
    const { pool, errorText } = await withFiles({ "prints.ts": prints });
    await ask(pool, "/prints");
    await until("the thread's", () => errorText().includes("from a thread"));
    const who = /^\S+ njsgi\[\d+\] worker 1 /gm;
    const text = errorText().replace(who, "");
    for (const entry of [
      "stdout: two\n  lines\n",
      "stdout: one in pärts\n",
      "stderr: Error: printed\n    at application",
      "stderr: \ufffd\\x1B\n",
      `hi!\n`,
      `${"x".repeat(70000)}\n`,
      "stdout: from a thread\n",
    ]) {
      expect(text).toContain(entry);
    }
    expect(text).toContain(" end\n");
    expect(pool.output().split("\n")).toHaveLength(2); // njsgi: ready
  });

  it("has the last line of a worker that ends amid it", async () => {
    const exits = `export function application() { process.stdout.write("last words"); process.exit(7); }`;
    const { pool, errorText } = await withFiles({ "exits.ts": exits });
    await ask(pool, "/exits").catch(() => {});
    await until("the end", () => errorText().includes("ended with 7, another one takes its place"));
    expect(errorText()).toMatch(/ worker 1 stdout: last words\n/);
  });
});

describe("a rotation", () => {
  it("under load: each line is once in one file, old or new, of workers and master", async () => {
    const { pool, access, error } = await withFiles({ "hello.ts": HELLO, "fails.ts": FAILS }, "--workers", "2");
    const load = new AbortController();
    let asked = 0;
    const clients = Array.from({ length: 8 }, async () => {
      while (!load.signal.aborted) await ask(pool, `/hello`, ["REQUEST_URI", `/hello?${asked++}`]);
    });
    const rotated: string[] = [];
    for (let n = 1; n <= 4; n++) {
      const before = asked;
      await until("some requests", () => asked > before + 200);
      for (const file of [access, error]) renameSync(file, `${file}.${n}`);
      rotated.push(`${access}.${n}`);
      if (n % 2) await pool.njsgi("log-reopen");
      else pool.kill("SIGUSR1");
      await until("new files", () => statSync(access, { throwIfNoEntry: false }) !== undefined);
      const total = asked;
      await until("a line in the new file", () => asked > total + 50 && lines(access).length > 0);
    }
    load.abort();
    await Promise.all(clients);
    await ask(pool, "/fails");
    pool.kill("SIGUSR2");
    await until("both in the new error log", () => /thrown by fails[^]*"workers":/.test(readFileSync(error, "utf8")));
    pool.kill("SIGTERM");
    await pool.exited;
    const uris = [...rotated, access].flatMap(lines).map((line) => /GET \/hello\?(\d+) /.exec(line)?.[1]);
    const numbers = uris.filter((uri) => uri !== undefined).map(Number);
    expect(numbers.sort((a, b) => a - b)).toEqual(Array.from({ length: asked }, (_, at) => at));
    expect(lines(access).length).toBeGreaterThan(1);
  });

  it("reaches workers on their way out too", async () => {
    const slow = `export async function application(environ, start_response) {
      environ["wsgi.errors"].write("begun");
      await new Promise((resolve) => setTimeout(resolve, 2000));
      start_response("200 OK", []);
      return ["late"];
    }`;
    const { pool, access, errorText } = await withFiles({ "slow.ts": slow });
    const answer = ask(pool, "/slow");
    await until("the request", () => errorText().includes("begun"));
    await pool.njsgi("reload");
    renameSync(access, `${access}.1`);
    await pool.njsgi("log-reopen");
    expect(String(await answer)).toContain("late");
    await until("its line", () => lines(access).length === 1);
    expect(lines(`${access}.1`)).toEqual([]);
  });
});

describe("log files", () => {
  it.runIf(process.getuid!() === 0)("are the workers' own, and others' can't read them", async () => {
    const { pool, access, error } = await withFiles({ "hello.ts": HELLO });
    const { uid } = statSync(`/proc/${children(pool.pid)[0]}`);
    expect(uid).not.toBe(0);
    for (const file of [access, error]) expect(statSync(file)).toMatchObject({ uid, mode: 0o100640 });
  });

  it.each(["--access-log", "--error-log"])("that can't be had are an error at start: %s", async (flag) => {
    const folder = tempFolder({ "apps/hello.ts": HELLO });
    const { code, output } = await run(folder, "serve", "--root", "apps", "--bind", "unix:x.sock", flag, "none/a.log");
    expect({ code, output }).toEqual({
      code: 1,
      output: expect.stringMatching(
        new RegExp(`^njsgi: ${flag} none/a.log: ENOENT: no such file or directory, open 'none/a.log'\n$`, "m"),
      ) as string,
    });
  });

  it("what ends a command is on standard error too", async () => {
    const folder = tempFolder({ "apps/hello.ts": HELLO });
    const bind = "unix:none/x.sock";
    const { output } = await run(folder, "serve", "--root", "apps", "--bind", bind, "--error-log", "error.log");
    expect(output).toMatch(/^njsgi: bind unix:\S*none\/x\.sock: there is no folder \S*none$/m);
    expect(readFileSync(join(folder, "error.log"), "utf8")).toMatch(/there is no folder \S*none/);
  });

  it("that nobody may make again end no worker", async () => {
    const { pool, access, error } = await withFiles({ "hello.ts": HELLO });
    for (const file of [access, error]) renameSync(file, `${file}.1`);
    process.kill(children(pool.pid)[0]!, "SIGKILL");
    await until("another worker", async () => (await pool.status()).workers[0]?.restarts === 1);
    expect(await pool.ask("/hello")).toContain("200 OK");
    await pool.njsgi("log-reopen");
    await until("a line where it belongs", async () => {
      await pool.ask("/hello");
      return lines(access).length > 0;
    });
  });
});

describe("a log that can't be written", () => {
  it.each([
    ["both on a full disk", ["--access-log", "/dev/full", "--error-log", "/dev/full"], "ignore"],
    ["standard output and error on a full disk", ["--access-log", "-"], "full"],
    ["standard output and error that nobody reads", ["--access-log", "-"], "closed"],
  ] as const)("%s: requests have their answers, and no process ends", async (_what, args, streams) => {
    const folder = tempFolder({ "apps/hello.ts": HELLO, "apps/fails.ts": FAILS });
    chmodSync(folder, 0o755);
    const output = streams === "full" ? openSync("/dev/full", "w") : streams === "closed" ? "pipe" : "ignore";
    const command = [join(PROJECT, "backend/njsgi.js"), "serve", "--root", "apps", "--bind", "unix:x.sock", ...args];
    const child = spawn(process.execPath, command, { cwd: folder, stdio: ["ignore", output, output] });
    child.stdout?.destroy();
    child.stderr?.destroy();
    const exited = new Promise((resolve) => child.once("exit", resolve));
    onTestFinished(async () => {
      child.kill("SIGTERM");
      expect(await exited).toBe(0);
    });
    const socket = join(folder, "x.sock");
    await until("its start", () =>
      exchange(socket, packet(get("/hello")))
        .then(String, () => "")
        .then((text) => text.includes("200")),
    );
    const workers = children(child.pid!);
    for (let n = 0; n < 20; n++) {
      expect(String(await exchange(socket, packet(get("/fails"))))).toContain("500 Internal Server Error");
      expect(String(await exchange(socket, packet(get("/hello"))))).toContain("200 OK");
    }
    child.kill("SIGUSR2"); // the master has to say something too
    expect(String(await exchange(socket, packet(get("/hello"))))).toContain("200 OK");
    expect(children(child.pid!)).toEqual(workers);
  });
});
