import { spawnSync } from "node:child_process";
import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
} from "node:fs";
import { BoundSocket, type BoundSocketOptions, connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { children } from "./children.ts";
import { get, packet } from "./packet.ts";
import { type Program, runProgram } from "./program.ts";
import { exchange } from "./request.ts";
import { PROJECT, writeFile } from "./site.ts";
import { until } from "./until.ts";

/** The pool as a service: what systemd hands it, and what it is told. A shell and a script stand in for systemd. */

const APP = `export function application(environ, start_response) {
  start_response("200 OK", []);
  const told = Object.keys(process.env).filter((name) => /^(LISTEN|NOTIFY|WATCHDOG)_/.test(name));
  return ["[" + told + "]"];
}`;

/** Writes each call's arguments on a line. */
const NOTIFY = `#!/bin/sh
IFS=,
echo "$NOTIFY_SOCKET: $*" >> "$CALLS"
`;

const MAIN = join(PROJECT, "backend/main.ts");

let folder: string;
let service: Program | undefined;
let held: BoundSocket[];

beforeEach(({ onTestFailed }) => {
  folder = mkdtempSync(join(tmpdir(), "njsgi-"));
  chmodSync(folder, 0o755);
  writeFile(join(folder, "app.ts"), APP);
  writeFile(join(folder, "bin/systemd-notify"), NOTIFY);
  chmodSync(join(folder, "bin/systemd-notify"), 0o755);
  held = [];
  onTestFailed(() => console.log(service?.output()));
});
afterEach(async () => {
  await service?.stop();
  service = undefined;
  for (const socket of held) socket.close();
  rmSync(folder, { recursive: true });
});

const path = (name: string) => join(folder, name);
const ask = (name: string) => exchange(path(name), packet(get("/"))).then(String);

/** A socket as a `.socket` unit's: it listens, and nobody accepts. */
function listening(options: object): BoundSocket {
  const socket = new BoundSocket(options as BoundSocketOptions);
  held.push(socket);
  // Descriptions are shared: it goes on listening when the process that made it listen is gone.
  const script = "require('node:net').createServer().listen({ fd: 3 }, () => process.exit())";
  const { status } = spawnSync(process.execPath, ["-e", script], {
    stdio: ["ignore", "inherit", "inherit", socket.fd()],
  });
  expect(status).toBe(0);
  return socket;
}

interface Start {
  sockets?: BoundSocket[];
  /** As the shell is to write it. */
  listenPid?: string;
  env?: NodeJS.ProcessEnv;
  args?: string[];
}

function start({ sockets = [], listenPid = "$$", env, args = [] }: Start = {}): Program {
  const passed =
    sockets.length > 0 ? `LISTEN_PID=${listenPid} LISTEN_FDS=${sockets.length} LISTEN_FDNAMES=njsgi.socket` : "";
  const command = ["exec", process.execPath, MAIN, "serve", "app.ts", "--workers", "1", ...args].join(" ");
  service = runProgram("/bin/sh", ["-c", `${passed} ${command}`], {
    cwd: folder,
    log: path("log"),
    env: { PATH: `${path("bin")}:${process.env.PATH}`, CALLS: path("calls"), ...env },
    descriptors: sockets.map((socket) => socket.fd()),
  });
  return service;
}

const calls = () => (existsSync(path("calls")) ? readFileSync(path("calls"), "utf8").trim().split("\n") : []);

describe("sockets of a .socket unit", () => {
  it("are where it listens, whatever --bind says, and are there when it has stopped", async () => {
    const sockets = [listening({ path: path("a.sock") }), listening({ host: "127.0.0.1", port: 0 })];
    const { port } = sockets[1]!.address() as { port: number };
    const { printed, stop, exited } = start({ sockets, args: ["--bind", "unix:b.sock"] });
    await printed(`on unix:${path("a.sock")} (uwsgi), 127.0.0.1:${port} (uwsgi)`);
    expect(existsSync(path("b.sock"))).toBe(false);
    expect(await ask("a.sock")).toContain("200 OK");
    const overPort = connect(port, "127.0.0.1").end(packet(get("/")));
    expect(Buffer.concat(await overPort.toArray()).toString()).toContain("200 OK");
    await stop();
    expect(await exited).toBe(0);
    expect(existsSync(path("a.sock"))).toBe(true);
  });

  it("are a worker's as often as it accepts in a turn, and the variables are not", async () => {
    const socket = listening({ path: path("a.sock") });
    await start({ sockets: [socket] }).printed("njsgi: ready");
    expect(await ask("a.sock")).toMatch(/\r\n\r\n\[\]$/);
    const inode = readlinkSync(`/proc/self/fd/${socket.fd()}`);
    const [worker] = children(service!.pid);
    const descriptors = readdirSync(`/proc/${worker}/fd`).map((fd) => readlinkSync(`/proc/${worker}/fd/${fd}`));
    expect(descriptors.filter((link) => link === inode)).toHaveLength(8); // worker_sockets.ts
  });

  it("hold what comes while the service is restarted: no connection is lost", async () => {
    const sockets = [listening({ path: path("a.sock") })];
    await start({ sockets }).printed("njsgi: ready");
    const answers: Promise<string>[] = [];
    const asking = setInterval(() => answers.push(ask("a.sock")), 2);
    try {
      await until("some before", () => answers.length > 20);
      await service!.stop();
      const between = answers.length;
      await until("some while nobody runs", () => answers.length > between + 20);
      rmSync(path("log"));
      await start({ sockets }).printed("njsgi: ready");
      const after = answers.length;
      await until("some after", () => answers.length > after + 20);
    } finally {
      clearInterval(asking);
    }
    for (const answer of await Promise.all(answers)) expect(answer).toContain("200 OK");
  });

  it("that are another process's are left alone, and it says why", async () => {
    const sockets = [listening({ path: path("a.sock") })];
    await start({ sockets, listenPid: "1", args: ["--bind", "unix:b.sock"] }).printed(`on unix:${path("b.sock")}`);
    expect(service!.output()).toContain(`sockets are handed to process 1, and this is ${service!.pid}`);
    expect(await ask("b.sock")).toMatch(/\r\n\r\n\[\]$/);
  });

  it("that don't listen, as an accepted connection, are refused", async () => {
    const socket = new BoundSocket({ path: path("a.sock") } as BoundSocketOptions);
    held.push(socket);
    expect(await start({ sockets: [socket] }).exited).toBe(1);
    expect(service!.output()).toContain("bind fd:3: want a unix or TCP socket that listens");
  });
});

describe("docs/systemd.md", () => {
  const ANALYZE = "/usr/bin/systemd-analyze";

  it.skipIf(!existsSync(ANALYZE))("has units systemd takes without a word", () => {
    const text = readFileSync(join(PROJECT, "docs/systemd.md"), "utf8");
    const units = [...text.matchAll(/^`\S+\/(njsgi\.\w+)`\n\n```ini\n([^`]+)```/gm)];
    expect(units.map(([, name]) => name)).toEqual(["njsgi.socket", "njsgi.service"]);
    for (const [, name, unit] of units) {
      writeFile(path(`units/${name}`), unit!.replace("/srv/site/node_modules/.bin/node", process.execPath));
    }
    const verify = spawnSync(ANALYZE, ["verify", path("units/njsgi.service"), path("units/njsgi.socket")], {
      encoding: "utf8",
      timeout: 20_000,
    });
    const about = verify.stderr.split("\n").filter((line) => line.includes("njsgi"));
    expect({ about, status: verify.status }).toEqual({ about: [], status: 0 });
  });
});

describe("NOTIFY_SOCKET", () => {
  const NOTIFY_SOCKET = "@somewhere";

  it("is told of the start, of reloads and of the end, and the workers know nothing of it", async () => {
    await start({ env: { NOTIFY_SOCKET }, args: ["--bind", "unix:a.sock"] }).printed("njsgi: ready");
    await until("READY=1", () => calls().length === 1);
    expect(await ask("a.sock")).toMatch(/\r\n\r\n\[\]$/);
    service!.kill("SIGHUP");
    await until("the reload's end", () => calls().length === 3);
    writeFile(path("app.ts"), "export const application = (;");
    service!.kill("SIGHUP");
    await until("the failed reload's end", () => calls().length === 5);
    await service!.stop();
    const ready = expect.stringMatching(/^@somewhere: READY=1,STATUS=1 worker as \S+ on unix:\S*a.sock \(uwsgi\)$/);
    const reloading = expect.stringMatching(/^@somewhere: RELOADING=1,MONOTONIC_USEC=\d+$/);
    expect(calls()).toEqual([
      ready,
      reloading,
      ready,
      reloading,
      expect.stringMatching(/^@somewhere: READY=1,STATUS=not reloaded: worker \d+ ended with 4/),
      "@somewhere: STOPPING=1",
    ]);
  });

  it("is told nothing when a worker does not boot", async () => {
    writeFile(path("app.ts"), "export const application = (;");
    expect(await start({ env: { NOTIFY_SOCKET }, args: ["--bind", "unix:a.sock"] }).exited).toBe(4);
    expect(calls()).toEqual([]);
  });

  it("hears from the watchdog in half its time", async () => {
    const env = { NOTIFY_SOCKET, WATCHDOG_USEC: "400000" };
    await start({ env, args: ["--bind", "unix:a.sock"] }).printed("njsgi: ready");
    const beats = () => calls().filter((call) => call === "@somewhere: WATCHDOG=1").length;
    await until("the first beat", () => beats() > 0);
    const first = performance.now();
    await until("five more", () => beats() > 5);
    expect(performance.now() - first).toBeGreaterThan(4 * 200);
    expect(performance.now() - first).toBeLessThan(5 * 400);
    expect(await ask("a.sock")).toMatch(/\r\n\r\n\[\]$/);
  });

  it("does not hear from another process's watchdog", async () => {
    const env = { NOTIFY_SOCKET, WATCHDOG_USEC: "20000", WATCHDOG_PID: "1" };
    await start({ env, args: ["--bind", "unix:a.sock"] }).printed("njsgi: ready");
    service!.kill("SIGHUP");
    await until("the reload's end", () => calls().length >= 3);
    expect(calls().filter((call) => call.includes("WATCHDOG"))).toEqual([]);
  });

  it("without systemd-notify is one line in the log", async () => {
    rmSync(path("bin/systemd-notify"));
    for (const needed of ["id", "getent"]) symlinkSync(`/usr/bin/${needed}`, path(`bin/${needed}`));
    const env = { NOTIFY_SOCKET, WATCHDOG_USEC: "20000", PATH: path("bin") };
    await start({ env, args: ["--bind", "unix:a.sock"] }).printed(
      "which takes systemd-notify: spawn systemd-notify ENOENT",
    );
    service!.kill("SIGHUP");
    await service!.printed("reloaded");
    expect(service!.output().split("systemd wants to be told READY=1")).toHaveLength(2);
    expect(service!.output().split("systemd-notify ENOENT")).toHaveLength(2);
  });
});
