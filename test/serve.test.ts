import { execFileSync } from "node:child_process";
import { chmodSync, existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { children } from "./children.ts";
import { freePort } from "./free_port.ts";
import { get, packet } from "./packet.ts";
import { type Program, runProgram } from "./program.ts";
import { exchange, request } from "./request.ts";
import { PROJECT, writeFile } from "./site.ts";
import { until } from "./until.ts";

/** `serve`, the pool alone: its processes, its binds and its exit codes. */

const FINE = `export function application(environ, start_response) {
  start_response("200 OK", [["Content-Type", "text/plain"]]);
  return [String(process.pid), " ", environ["njsgi.module"], " ", environ.SCRIPT_NAME, "|", environ.PATH_INFO];
}
export function* other(environ, start_response) {
  start_response("200 OK", []);
  yield "other";
}
export const number = 1;
`;

let folder: string;
let pool: Program | undefined;
let logs = 0;

beforeEach(({ onTestFailed }) => {
  folder = mkdtempSync(join(tmpdir(), "njsgi-"));
  chmodSync(folder, 0o755);
  writeFile(join(folder, "apps/fine.ts"), FINE);
  onTestFailed(() => console.log(pool?.output()));
});
afterEach(async () => {
  await pool?.stop();
  pool = undefined;
  rmSync(folder, { recursive: true });
});

function serve(...args: string[]): Program {
  const log = join(folder, `log${++logs}`);
  pool = runProgram(process.execPath, [join(PROJECT, "backend/main.ts"), "serve", ...args], { cwd: folder, log });
  return pool;
}

const socket = () => join(folder, "pool.sock");
const ask = (path = "/fine") => exchange(socket(), packet(get(path))).then(String);

describe("a pool", () => {
  it("says it is ready when every worker accepts, and SIGTERM ends it with 0 and leaves nothing", async () => {
    const { pid, exited, printed, kill } = serve("--root", "apps", "--bind", "unix:pool.sock", "--workers", "3");
    await printed("njsgi: ready, 3 workers");
    const workers = children(pool!.pid);
    expect(workers).toHaveLength(3);
    expect(await ask()).toContain("200 OK");
    kill("SIGTERM");
    expect(await exited).toBe(0);
    for (const worker of [pid, ...workers]) expect(existsSync(`/proc/${worker}`)).toBe(false);
    expect(existsSync(socket())).toBe(false);
  });

  it.each(["SIGTERM", "SIGHUP"] as const)("%s while it boots is taken once it is ready", async (signal) => {
    writeFile(
      join(folder, "slow.ts"),
      `await new Promise((resolve) => setTimeout(resolve, 1000));
      export function application() {}`,
    );
    const { kill, printed, exited } = serve("slow.ts", "--bind", "unix:pool.sock", "--workers", "1");
    await until("the socket", () => existsSync(socket()));
    kill(signal);
    await printed("njsgi: ready");
    if (signal === "SIGHUP") {
      await printed("reloaded");
      kill("SIGTERM");
    }
    expect(await exited).toBe(0);
    expect(existsSync(socket())).toBe(false);
  });

  it("finishes what it is at before it stops", async () => {
    chmodSync(folder, 0o777);
    writeFile(
      join(folder, "apps/slow.ts"),
      `import { existsSync, writeFileSync } from "node:fs";
      export async function* application(environ, start_response) {
        start_response("200 OK", []);
        yield "first ";
        writeFileSync("started", "");
        while (!existsSync("go")) await new Promise((resolve) => setTimeout(resolve, 10));
        yield "last";
      }`,
    );
    const { printed, kill, exited } = serve("--root", "apps", "--bind", "unix:pool.sock", "--workers", "1");
    await printed("njsgi: ready");
    const answer = ask("/slow");
    await until("the application to start", () => existsSync(join(folder, "started")));
    kill("SIGTERM");
    writeFileSync(join(folder, "go"), "");
    expect(await answer).toContain("first last");
    expect(await exited).toBe(0);
  });

  it("replaces a worker that dies, and its socket holds the connections meanwhile", async () => {
    const { printed } = serve("--root", "apps", "--bind", "unix:pool.sock", "--workers", "1");
    await printed("njsgi: ready");
    const [worker] = children(pool!.pid);
    process.kill(worker!, "SIGKILL");
    const answer = await ask();
    expect(answer).toContain("200 OK");
    expect(answer).not.toContain(`\n${worker} `);
    expect(pool!.output()).toContain(`worker ${worker} ended with 137 (SIGKILL), another one takes its place`);
  });

  it("tries again and again to replace one, while a new one does not boot", async () => {
    const { printed, output } = serve("apps/fine.ts", "--bind", "unix:pool.sock", "--workers", "1");
    await printed("njsgi: ready");
    writeFile(join(folder, "apps/fine.ts"), "export const application = (;");
    process.kill(children(pool!.pid)[0]!, "SIGKILL");
    await until("two tries", () => output().split("ended with 4: the application did not load").length > 2);
    writeFile(join(folder, "apps/fine.ts"), FINE);
    expect(await ask()).toContain("200 OK");
  });

  it("is gone when its master is killed", async () => {
    const { printed, kill } = serve("--root", "apps", "--bind", "unix:pool.sock", "--workers", "2");
    await printed("njsgi: ready");
    const workers = children(pool!.pid);
    kill("SIGKILL");
    await until("the workers to notice", () => workers.every((pid) => !existsSync(`/proc/${pid}`)));
  });

  it("lets its socket's group alone connect, and takes the place of a socket nobody listens on", async () => {
    const first = serve("--root", "apps", "--bind", "unix:pool.sock", "--workers", "1");
    await first.printed("njsgi: ready");
    expect(statSync(socket()).mode & 0o777).toBe(0o660);
    await first.stop("SIGKILL");
    expect(existsSync(socket())).toBe(true);
    await serve("--root", "apps", "--bind", "unix:pool.sock", "--workers", "1").printed("njsgi: ready, 1 worker");
    expect(await ask()).toContain("200 OK");
  });

  it("refuses a socket somebody listens on", async () => {
    const other = createServer().listen(socket());
    try {
      const { exited } = serve("--root", "apps", "--bind", "unix:pool.sock");
      expect(await exited).toBe(1);
      expect(pool!.output()).toContain("another server listens there");
    } finally {
      other.close();
    }
  });

  it("listens on a port", async () => {
    const port = await freePort();
    await serve("apps/fine.ts", "--bind", `127.0.0.1:${port}`, "--workers", "1").printed(
      `on 127.0.0.1:${port} (uwsgi)`,
    );
  });

  it("as root, runs applications as nginx's user, or with a warning as their owner; else as who started it", async () => {
    const isRoot = process.getuid!() === 0;
    const bind = ["--root", "apps", "--bind", "unix:pool.sock", "--workers", "1"];
    const start = (user: string) => serve(...bind).printed(`1 worker as ${user}`);
    const uid = () => statSync(`/proc/${children(pool!.pid)[0]}`).uid;
    await start(isRoot ? "www-data" : userInfo().username);
    expect(uid()).toBe(isRoot ? Number(execFileSync("id", ["-u", "www-data"])) : process.getuid!());
    await pool!.stop();
    chmodSync(folder, 0o700);
    await start(userInfo().username);
    expect(uid()).toBe(process.getuid!());
    expect(pool!.output().includes(`workers run as root: www-data can't read ${folder}`)).toBe(isRoot);
  });
});

describe("serve APP.ts", () => {
  it("answers every path with the one application, its module named by the path as it was given", async () => {
    await serve("./apps/fine.ts", "--bind", "unix:pool.sock", "--workers", "1").printed("njsgi: ready");
    expect(await ask("/any/path")).toMatch(/ uwsgi_file___apps_fine \|\/any\/path$/);
  });

  it("takes an export by name", async () => {
    await serve("apps/fine.ts:other", "--bind", "unix:pool.sock", "--workers", "1").printed("njsgi: ready");
    expect(await ask()).toContain("other");
  });
});

describe("--protocol http", () => {
  it("answers without nginx, by file, through the same gateway", async () => {
    const args = ["--root", "apps", "--bind", "unix:pool.sock", "--workers", "1", "--protocol", "http"];
    await serve(...args).printed("(http)");
    const answer = await request(socket(), "/fine?x=1");
    expect(answer).toMatchObject({ status: 200, text: expect.stringMatching(/^\d+ uwsgi_file_fine \/fine\|$/) });
    expect(answer.headers["content-type"]).toBe("text/plain");
    expect((await request(socket(), "/none")).status).toBe(404);
    expect((await request(socket(), "/fine%00")).status).toBe(400);
  });
});

describe("exit codes", () => {
  it.each<[what: string, args: string[], code: number, says: string]>([
    ["no command line", ["--workers", "none", "--root", "apps"], 2, '--workers is "none"'],
    ["no folder", ["--root", "none"], 2, "--root none is no folder"],
    ["an application that is not there", ["none.ts", "--bind", "unix:pool.sock"], 4, "none.ts does not load"],
    ["one that does not load", ["broken.ts", "--bind", "unix:pool.sock"], 4, "broken.ts does not load"],
    ["an export that is none", ["apps/fine.ts:none", "--bind", "unix:pool.sock"], 4, "want a function `none`"],
    [
      "an export that is no function",
      ["apps/fine.ts:number", "--bind", "unix:pool.sock"],
      4,
      "want a function `number`",
    ],
    ["an address that can't be had", ["apps/fine.ts", "--bind", "unix:none/pool.sock"], 1, "there is no folder"],
    ["a file in a socket's place", ["apps/fine.ts", "--bind", "unix:apps/fine.ts"], 1, "is there, and is no socket"],
  ])("%s", async (_what, args, code, says) => {
    writeFileSync(join(folder, "broken.ts"), "export const application = (;");
    expect(await serve(...args).exited).toBe(code);
    expect(pool!.output()).toContain(says);
  });
});
