import { execFileSync } from "node:child_process";
import { chmodSync, existsSync, mkdtempSync, rmSync, statSync } from "node:fs";
import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { findControlPath } from "../backend/control/runtime_folder.ts";
import { freePort } from "./free_port.ts";
import { get, packet } from "./packet.ts";
import { type Program, runProgram } from "./program.ts";
import { exchange } from "./request.ts";
import { PROJECT, writeFile } from "./site.ts";

/** Where `serve` listens: what it binds, whom it lets in, and what it leaves behind. */

const IS_ROOT = process.getuid!() === 0;

const APP = `export function application(environ, start_response) {
  start_response("200 OK", []);
  return ["here"];
}`;

let folder: string;
let programs: Program[];

beforeEach(({ onTestFailed }) => {
  folder = mkdtempSync(join(tmpdir(), "njsgi-"));
  chmodSync(folder, 0o755);
  writeFile(join(folder, "app.ts"), APP);
  programs = [];
  onTestFailed(() => programs.forEach((program) => console.log(program.output())));
});
afterEach(async () => {
  for (const program of programs) await program.stop();
  rmSync(folder, { recursive: true });
});

const path = (name: string) => join(folder, name);
const ask = (name: string) => exchange(path(name), packet(get("/"))).then(String);

function serve(...args: string[]): Program {
  const command = [join(PROJECT, "backend/main.ts"), "serve", "app.ts", "--workers", "1", ...args];
  const program = runProgram(process.execPath, command, { cwd: folder, log: path(`log${programs.length}`) });
  programs.push(program);
  return program;
}

describe("--bind", () => {
  it("again and again: unix sockets and a port, all answered, no file left", async () => {
    const port = await freePort();
    const binds = [`unix:${path("a.sock")}`, `127.0.0.1:${port}`, `unix:${path("b.sock")}`];
    const pool = serve(...binds.flatMap((bind) => ["--bind", bind]));
    await pool.printed(`on ${binds.map((bind) => `${bind} (uwsgi)`).join(", ")}`);
    expect(await ask("a.sock")).toContain("here");
    expect(await ask("b.sock")).toContain("here");
    const other = createServer().listen(port, "127.0.0.1");
    expect(await once(other, "error")).toMatchObject([{ code: "EADDRINUSE" }]);
    await pool.stop();
    expect([existsSync(path("a.sock")), existsSync(path("b.sock"))]).toEqual([false, false]);
  });

  it("a port somebody has, on this address or on all, is refused with who has it", async () => {
    const other = createServer().listen(0, "127.0.0.1");
    await once(other, "listening");
    const { port } = other.address() as AddressInfo;
    try {
      for (const host of ["127.0.0.1", "0.0.0.0"]) {
        const pool = serve("--bind", `${host}:${port}`);
        expect(await pool.exited).toBe(1);
        expect(pool.output()).toContain(
          `bind ${host}:${port}: another server listens there, pid ${process.pid} (${process.execPath}`,
        );
      }
    } finally {
      other.close();
    }
  });

  it("a socket a server listens on is refused with who has it, and goes on", async () => {
    const first = serve("--bind", "unix:a.sock");
    await first.printed("njsgi: ready");
    const second = serve("--bind", "unix:a.sock", "--name", `${basename(folder)}-2`);
    expect(await second.exited).toBe(1);
    expect(second.output()).toMatch(/bind unix:\S*a\.sock: another server listens there, pid \d+ \(.*main\.ts serve/);
    expect(await ask("a.sock")).toContain("here");
  });

  it.each<[what: string, code: number, args: string[], app?: string]>([
    ["another address can't be had", 1, ["--bind", "unix:none/b.sock"]],
    ["there is no such host", 1, ["--bind", "host.invalid:80"]],
    ["the application does not load", 4, [], "export const application = (;"],
    ["no worker boots", 3, [], "process.exit(1);"],
    ["none boots in time", 3, ["--boot-timeout", "1"], "setInterval(() => {}, 1e6); await new Promise(() => {});"],
  ])("leaves no file when %s", async (_what, code, args, app = APP) => {
    writeFile(path("app.ts"), app);
    expect(await serve("--bind", "unix:a.sock", ...args).exited).toBe(code);
    expect(existsSync(path("a.sock"))).toBe(false);
    expect(findControlPath(basename(folder))).toBeUndefined();
  });
});

describe("a unix socket", () => {
  const group = () => statSync(path("a.sock")).gid;
  const gidOf = (name: string) => Number(execFileSync("getent", ["group", name], { encoding: "utf8" }).split(":")[2]);

  it("has the mode of --socket-mode", async () => {
    await serve("--bind", "unix:a.sock", "--socket-mode", "0600").printed("njsgi: ready");
    expect(statSync(path("a.sock")).mode & 0o777).toBe(0o600);
  });

  it.runIf(IS_ROOT)("has nginx's group, or that of --socket-group", async () => {
    const pool = serve("--bind", "unix:a.sock");
    await pool.printed("njsgi: ready");
    expect(group()).toBe(gidOf("www-data"));
    await pool.stop();
    await serve("--bind", "unix:a.sock", "--socket-group", "daemon").printed("njsgi: ready");
    expect(group()).toBe(gidOf("daemon"));
  });

  it("of a group there is not is a mistake, and binds nothing", async () => {
    const pool = serve("--bind", "unix:a.sock", "--socket-group", "nobodys");
    expect(await pool.exited).toBe(2);
    expect(pool.output()).toContain("there is no group nobodys");
    expect(existsSync(path("a.sock"))).toBe(false);
  });
});

it("a second instance of the same name says so, and the first goes on", async () => {
  await serve("--bind", "unix:a.sock").printed("njsgi: ready");
  const second = serve("--bind", "unix:b.sock");
  expect(await second.exited).toBe(1);
  expect(second.output()).toContain(
    `an instance named "${basename(folder)}" runs already, --name gives this one another`,
  );
  expect(existsSync(path("b.sock"))).toBe(false);
  expect(await ask("a.sock")).toContain("here");
  expect(findControlPath(basename(folder))).toBeDefined();
});
